package org.multiuser.files.scene;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.multiuser.files.content.Stamp;
import org.multiuser.protocol.file.Manifest;

/** A file of this user's, and what is known of it. Used by one thread. */
final class OwnFile {
  /** A file that changed is looked through once it was left alone for so long. */
  private static final long SETTLED_NANOS = 1_000_000_000L;

  final Path path;

  /** The sets that it belongs to. */
  final Set<OwnSet> sets = new LinkedHashSet<>();

  /** What it was when it was looked through; null if it never was, or could not be. */
  Manifest manifest;

  /** Whether it is to be looked through now. */
  boolean isDue;

  private Stamp known;
  private Stamp seen;
  private long seenNanos;

  OwnFile(Path path) {
    this.path = path;
  }

  /** Its name in its folder. */
  String name() {
    return path.getFileName().toString();
  }

  /** Whether it changed and may be changing still. */
  boolean isSettling() {
    return seen != null;
  }

  /**
   * Looks whether it is another one.
   *
   * @param atOnce whether one that is seen for the first time need not be left alone
   * @return whether it is to be looked through
   */
  boolean look(long nowNanos, boolean atOnce) {
    Optional<Stamp> found = Stamp.of(path);
    if (found.isEmpty() || found.get().equals(known)) {
      seen = null; // One that went away stays what it was.
      return false;
    }
    boolean isFirst = atOnce && known == null && seen == null;
    if (!found.get().equals(seen)) {
      seen = found.get();
      seenNanos = nowNanos;
    }
    return isFirst || nowNanos - seenNanos >= SETTLED_NANOS;
  }

  /**
   * It was looked through, or could not be.
   *
   * @param before its stamp before that
   * @return whether it was the same all the time
   */
  boolean looked(Stamp before, long nowNanos) {
    Stamp after = Stamp.of(path).orElse(null);
    if (before.equals(after)) {
      known = before;
      seen = null;
      return true;
    }
    seen = after;
    seenNanos = nowNanos;
    return false;
  }
}
