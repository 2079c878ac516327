package org.multiuser.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second agent out of a state folder: both would speak under one identity. The lock goes
 * with the process that holds it.
 */
final class FolderLock implements AutoCloseable {
  /** An agent that is about to end, and its successor, may meet. */
  private static final int TRIES = 40;

  private static final int TRY_MILLIS = 50;

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock, waiting two seconds at most.
   *
   * @throws IOException if another agent has it, or there can be none
   */
  static FolderLock take(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    for (int i = 0; i < TRIES; i++) {
      if (isTaken(channel)) {
        return new FolderLock(channel);
      }
      pause();
    }
    channel.close();
    throw new IOException("another agent uses this folder; end it or choose another folder");
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // By another agent of this process.
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(TRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for another agent to end", e);
    }
  }

  /** Closing the channel lets go of the lock. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot let go of a state folder", e);
    }
  }
}
