package org.multiuser.server.storage;

import java.nio.file.Path;
import org.multiuser.server.room.StoreException;

/** A store of which a copy can be made while it is used. */
public interface Copied {
  /**
   * Copies all that is durable into one file, as of one moment.
   *
   * @param copy a file that is empty or not there
   * @throws StoreException if it cannot be read or written
   */
  void copyTo(Path copy) throws StoreException;
}
