package org.multiuser.files.scene;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A path that a peer says its file has: whether to look there at all. A peer may say anything, and
 * looking at another machine's folder tells that machine who looks. Pure.
 */
final class ToldPath {
  private static final String SEPARATORS = "/\\";

  /** What is no disk: devices, and where looking at a name may mean to connect to a host. */
  private static final List<String> NO_DISKS = List.of("/dev", "/proc", "/sys", "/net");

  private ToldPath() {}

  /** The path, if it is one where looking tells nobody of it. */
  static Optional<Path> of(String told) {
    return of(told, List.of());
  }

  /**
   * The same.
   *
   * @param shared folders that this artist shares with the others: what lies in them may be looked
   *     at, also where they are another machine's
   */
  static Optional<Path> of(String told, List<Path> shared) {
    try {
      Path path = Path.of(told);
      boolean isPlain =
          path.isAbsolute() && path.equals(path.normalize()) && path.getParent() != null;
      boolean isKnown = shared.stream().anyMatch(path::startsWith);
      boolean isDisk = !isShare(told) && NO_DISKS.stream().noneMatch(path::startsWith);
      return isPlain && (isKnown || isDisk) ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean isShare(String told) {
    return told.length() > 1
        && SEPARATORS.indexOf(told.charAt(0)) >= 0
        && SEPARATORS.indexOf(told.charAt(1)) >= 0;
  }

  /** The file of this name in that folder; empty if the name leads elsewhere. */
  static Optional<Path> in(Path folder, String name) {
    try {
      Path path = folder.resolve(name);
      boolean isPlain = name.indexOf('\\') < 0 && path.equals(path.normalize());
      return isPlain && folder.equals(path.getParent()) ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
