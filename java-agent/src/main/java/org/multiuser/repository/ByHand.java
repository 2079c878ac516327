package org.multiuser.repository;

import java.util.Set;

/**
 * Which commits wait until the artist pushes them (BR18). While one waits it has a counter of its
 * own range, above all that are sent, since counters must rise in the order in which they reach the
 * server (SPEC CM3); it gets its true one when it is let go.
 */
final class ByHand {
  /** The counters from here on are those of commits that wait. */
  static final long FIRST = 1L << 62;

  private boolean all;
  private Set<String> types = Set.of();
  private boolean told;
  private long last = FIRST;

  /** From now on commits to nodes of these types wait, or all of them. */
  void set(boolean all, Set<String> types) {
    this.all = all;
    this.types = Set.copyOf(types);
    told = true;
  }

  /** Whether any commit would wait. */
  boolean holdsAny() {
    return all || !types.isEmpty();
  }

  /**
   * Whether commits to nodes of this type wait; of one that nobody knows any more where any do, as
   * it may be one of these.
   *
   * @param type empty if it is not known
   */
  boolean holds(String type) {
    return type.isEmpty() ? holdsAny() : all || types.contains(type);
  }

  /** Whether it was ever said what waits: what an earlier agent left waiting does so until then. */
  boolean isTold() {
    return told;
  }

  /** Whether this is the counter of a commit that waits. */
  static boolean isWaiting(long counter) {
    return counter >= FIRST;
  }

  /** A counter for the next commit that waits. */
  long next() {
    return ++last;
  }

  /** An earlier agent used this counter. */
  void used(long counter) {
    if (isWaiting(counter)) {
      last = Math.max(last, counter);
    }
  }
}
