package org.multiuser.server.room;

import java.util.HashMap;
import java.util.Map;

/** Slows down the guessing of passwords, address by address (SPEC LI3). */
final class BackOff {
  private static final long FIRST_NANOS = 250_000_000L;
  private static final long LONGEST_NANOS = 8_000_000_000L;
  private static final long FORGET_NANOS = 600_000_000_000L;

  private final Map<String, Failures> byAddress = new HashMap<>();

  private record Failures(long waitNanos, long untilNanos) {}

  /** Whether this address has to wait still. */
  boolean mustWait(String address, long nowNanos) {
    Failures failures = byAddress.get(address);
    return failures != null && nowNanos - failures.untilNanos < 0;
  }

  void failed(String address, long nowNanos) {
    Failures before = byAddress.get(address);
    long wait = before == null ? FIRST_NANOS : Math.min(2 * before.waitNanos, LONGEST_NANOS);
    byAddress.put(address, new Failures(wait, nowNanos + wait));
  }

  void succeeded(String address) {
    byAddress.remove(address);
  }

  /** Forgets what is long past. */
  void tick(long nowNanos) {
    byAddress.values().removeIf(failures -> nowNanos - failures.untilNanos > FORGET_NANOS);
  }
}
