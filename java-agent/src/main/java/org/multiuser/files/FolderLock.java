package org.multiuser.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps a second agent out of a state folder: both would speak under one identity. The lock goes
 * with the process that holds it.
 */
final class FolderLock implements AutoCloseable {
  /** The file that is locked; it stays when the agent ends. */
  static final String NAME = "agent.lock";

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
    for (int i = 0; i < TRIES; i++) {
      Optional<FolderLock> lock = tryTake(folder);
      if (lock.isPresent()) {
        return lock.get();
      }
      pause();
    }
    throw new IOException("another agent uses this folder; end it or choose another folder");
  }

  /**
   * Takes the lock, or not if another agent has it.
   *
   * @throws IOException if there can be none
   */
  static Optional<FolderLock> tryTake(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (isTaken(channel)) {
      return Optional.of(new FolderLock(channel));
    }
    channel.close();
    return Optional.empty();
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
