package org.multiuser.server.storage;

import java.util.List;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreException;

/** The stores of a server's sessions. Used by one thread at a time. */
public interface Stores {
  /**
   * The sessions of which something is kept.
   *
   * @throws StoreException if that cannot be told
   */
  List<String> names() throws StoreException;

  /**
   * Opens the store of a session, empty if nothing is kept of it.
   *
   * @throws StoreException if it cannot be opened
   */
  RoomStore open(String session) throws StoreException;
}
