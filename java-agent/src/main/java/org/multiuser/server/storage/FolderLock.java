package org.multiuser.server.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.multiuser.server.room.StoreException;

/**
 * Keeps a data folder for one server (SPEC DU9). The operating system frees it when the process
 * ends, however that comes; the lock's file stays and means nothing by itself.
 */
public final class FolderLock implements AutoCloseable {
  private static final String NAME = "server.lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made where it is missing.
   *
   * @throws StoreException if it is no folder, cannot be written to, or another server has it
   */
  public static FolderLock take(Path folder) throws StoreException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new StoreException(
          "the data folder " + folder + " is a file; choose a folder with --data", null);
    }
    FileChannel opened = null;
    try {
      Files.createDirectories(folder);
      opened =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(opened)) {
        return new FolderLock(opened);
      }
      opened.close();
    } catch (IOException e) {
      closeQuietly(opened, e);
      throw new StoreException(
          "the data folder "
              + folder
              + " cannot be written to ("
              + e.getMessage()
              + "); choose another one with --data",
          e);
    }
    throw new StoreException(
        "another server uses the data folder "
            + folder
            + "; stop that one, or choose another folder with --data",
        null);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held by this very process.
    }
  }

  private static void closeQuietly(FileChannel opened, IOException cause) {
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void close() throws StoreException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("the data folder's lock cannot be closed: " + e.getMessage(), e);
    }
  }
}
