package org.multiuser.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent left behind that ended with its Blender instead of leaving the session: an identity
 * that still has its name and nodes there, and edits that were not sent. The next join of the same
 * user at the same place goes on with it (BR1), in a folder of its own.
 */
public final class AbandonedJoin {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedJoin.class);

  private AbandonedJoin() {}

  /**
   * Takes one over from the state folders beside {@code folder}, if there is one that no agent
   * uses: one with edits first, then the newest. Its edits are put into {@code pending}, which has
   * nothing yet. A crash on the way may leave both folders with the same edits, but one alone with
   * the identity: what waited to be pushed would be taken twice otherwise, as it gets its counter
   * only then (BR18).
   *
   * @param where as in {@link JoinFile.Join}
   * @return the identity to go on with
   */
  public static Optional<JoinFile.Join> takeOver(
      Path folder, String where, FilePendingStore pending) {
    try {
      for (Path state : candidates(folder, where)) {
        Optional<FolderLock> lock = FolderLock.tryTake(state);
        if (lock.isPresent()) {
          try (FolderLock held = lock.get()) {
            return move(state, folder, pending);
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("what an earlier join left behind cannot be taken over: {}", e.toString());
    }
    return Optional.empty();
  }

  private static List<Path> candidates(Path folder, String where) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> states =
        Files.newDirectoryStream(folder.toAbsolutePath().getParent())) {
      for (Path state : states) {
        boolean other =
            Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS) && !Files.isSameFile(state, folder);
        if (other
            && new JoinFile(state).read().filter(it -> it.where().equals(where)).isPresent()) {
          found.add(state);
        }
      }
    }
    Comparator<Path> byEdits = Comparator.comparing(AbandonedJoin::hasEdits);
    found.sort(byEdits.thenComparing(AbandonedJoin::changedMillis).reversed());
    return found;
  }

  private static boolean hasEdits(Path state) {
    return state.resolve(FilePendingStore.NAME).toFile().length() > 0;
  }

  private static long changedMillis(Path state) {
    return state.resolve(JoinFile.NAME).toFile().lastModified();
  }

  private static Optional<JoinFile.Join> move(Path from, Path to, FilePendingStore pending)
      throws IOException {
    Optional<JoinFile.Join> join = new JoinFile(from).read(); // Again: now nobody changes it.
    if (join.isPresent()) {
      Path edits = from.resolve(FilePendingStore.NAME);
      if (Files.exists(edits)) {
        pending.takeIn(edits);
      }
      new JoinFile(from).moveTo(to);
      Files.deleteIfExists(edits);
      LOG.info("going on with the join that {} was left in", from.getFileName());
    }
    return join;
  }
}
