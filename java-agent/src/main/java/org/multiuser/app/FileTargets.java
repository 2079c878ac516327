package org.multiuser.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.multiuser.protocol.file.Digest;

/** Where files are to be made that are being fetched; one file may be wanted at several places. */
final class FileTargets {
  private final Map<Digest, Map<Path, Told>> targets = new HashMap<>();

  /** Who is told of a file alone that was made. */
  static Told whenHere(Runnable here) {
    return new Told() {
      @Override
      public void described() {}

      @Override
      public void here() {
        here.run();
      }
    };
  }

  /** Told of a file that is to be made somewhere, on some thread. */
  interface Told {
    /** It is known what it consists of. */
    void described();

    /** It was made there. */
    void here();
  }

  /** A file is to be made there, too. */
  synchronized void add(Digest file, Path target, Told told) {
    targets.computeIfAbsent(file, key -> new LinkedHashMap<>()).put(target, told);
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

  /** Where a file is to be made yet, and who is told then. */
  synchronized Map<Path, Told> of(Digest file) {
    return new LinkedHashMap<>(targets.getOrDefault(file, Map.of()));
  }
}
