package org.multiuser.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the state folders of joins long ago (BR1): each join has one of its own, and nobody comes
 * back to it. One that still holds an edit, or anything that an agent did not put there, stays.
 */
public final class OldStates {
  private static final Logger LOG = LoggerFactory.getLogger(OldStates.class);
  private static final Duration KEPT = Duration.ofDays(30);

  /** What an agent keeps that is worth nothing without pending edits. */
  private static final Set<String> WORTHLESS =
      Set.of(FolderLock.NAME, JoinFile.NAME, JoinFile.NAME + ".new", "held.log", "held.log.new");

  private OldStates() {}

  /**
   * Looks through the state folders beside each other in {@code folder}, once.
   *
   * @return those that were removed
   */
  public static List<Path> remove(Path folder, Instant now) {
    List<Path> removed = new ArrayList<>();
    try (DirectoryStream<Path> states = Files.newDirectoryStream(folder)) {
      for (Path state : states) {
        if (Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS)
            && isRemoved(state, now.minus(KEPT))) {
          removed.add(state);
        }
      }
    } catch (IOException e) {
      LOG.warn("old states in {} are not removed: {}", folder, e.toString());
    }
    if (!removed.isEmpty()) {
      LOG.info("{} state folders of long ago were removed", removed.size());
    }
    return removed;
  }

  private static boolean isRemoved(Path state, Instant before) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(state)) {
      for (Path file : all) {
        if (!isWorthless(file) || !isOlder(file, before)) {
          return false;
        }
        files.add(file);
      }
    }
    Path lockFile = state.resolve(FolderLock.NAME);
    if (!files.remove(lockFile) || !isFree(state)) {
      return false;
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(lockFile);
    Files.delete(state);
    return true;
  }

  private static boolean isWorthless(Path file) throws IOException {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && (WORTHLESS.contains(name)
            || (name.equals(FilePendingStore.NAME) && Files.size(file) == 0));
  }

  private static boolean isOlder(Path file, Instant before) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(before);
  }

  /** An agent may sit in a session for as long as it likes. */
  private static boolean isFree(Path state) throws IOException {
    Optional<FolderLock> lock = FolderLock.tryTake(state);
    lock.ifPresent(FolderLock::close);
    return lock.isPresent();
  }
}
