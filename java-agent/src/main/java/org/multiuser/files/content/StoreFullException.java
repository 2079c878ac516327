package org.multiuser.files.content;

import java.io.IOException;
import java.nio.file.Path;

/** A store of files holds as much as it may. */
public final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1;

  StoreFullException(Path folder, long quotaBytes) {
    super(
        "The file cache in "
            + folder
            + " holds all of the "
            + (quotaBytes >> 20)
            + " MB that it may: clear it, or allow it more.");
  }
}
