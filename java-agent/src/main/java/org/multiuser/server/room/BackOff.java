package org.multiuser.server.room;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Slows down the guessing of passwords, origin by origin (SPEC LI3, {@link Origin}). */
final class BackOff {
  /** So many are remembered; of more the one whose last failure is the longest ago is forgotten. */
  static final int MOST_ORIGINS = 10_000;

  private static final long FIRST_NANOS = 250_000_000L;
  private static final long LONGEST_NANOS = 8_000_000_000L;
  private static final long FORGET_NANOS = 600_000_000_000L;

  /** In the order of their last failures. */
  private final Map<String, Failures> byOrigin = new LinkedHashMap<>();

  private record Failures(long waitNanos, long untilNanos) {}

  /** Whether this origin has to wait still. */
  boolean mustWait(String origin, long nowNanos) {
    Failures failures = byOrigin.get(origin);
    return failures != null && nowNanos - failures.untilNanos < 0;
  }

  /** Whether the last that is known of this origin is a failure. */
  boolean knows(String origin) {
    return byOrigin.containsKey(origin);
  }

  void failed(String origin, long nowNanos) {
    Failures before = byOrigin.remove(origin);
    long wait = before == null ? FIRST_NANOS : Math.min(2 * before.waitNanos, LONGEST_NANOS);
    byOrigin.put(origin, new Failures(wait, nowNanos + wait));
    if (byOrigin.size() > MOST_ORIGINS) {
      Iterator<String> oldest = byOrigin.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void succeeded(String origin) {
    byOrigin.remove(origin);
  }

  /** How many are remembered. */
  int size() {
    return byOrigin.size();
  }

  /** Forgets what is long past. */
  void tick(long nowNanos) {
    byOrigin.values().removeIf(failures -> nowNanos - failures.untilNanos > FORGET_NANOS);
  }
}
