package org.multiuser.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.multiuser.protocol.file.Digest;

/** Where files are to be made that are being fetched; one file may be wanted at several places. */
final class FileTargets {
  private final Map<Digest, Map<Path, Runnable>> targets = new HashMap<>();

  /**
   * A file is to be made there, too.
   *
   * @param here to be run when it was
   */
  synchronized void add(Digest file, Path target, Runnable here) {
    targets.computeIfAbsent(file, key -> new LinkedHashMap<>()).put(target, here);
  }

  /** A file is there, or not to be made there any more. */
  synchronized void remove(Digest file, Path target) {
    targets.computeIfPresent(
        file,
        (key, wanted) -> {
          wanted.remove(target);
          return wanted.isEmpty() ? null : wanted;
        });
  }

  /** Whether a file is to be made there yet. */
  synchronized boolean has(Digest file, Path target) {
    return targets.getOrDefault(file, Map.of()).containsKey(target);
  }

  /** Where a file is to be made yet, and what is to be run then. */
  synchronized Map<Path, Runnable> of(Digest file) {
    return new LinkedHashMap<>(targets.getOrDefault(file, Map.of()));
  }
}
