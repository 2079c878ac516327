package org.multiuser.network.server;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.multiuser.server.room.LogLine;

/**
 * Passes on so many lines in a second and counts the others, so that who knocks all the time does
 * not fill the disk. Safe for several threads.
 */
final class QuietLog {
  private static final int LINES_A_SECOND = 50;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Consumer<String> lines;
  private final LongSupplier nanoClock;
  private long beganNanos;
  private int told;
  private long untold;

  /**
   * A log that is quiet yet.
   *
   * @param lines where they go
   * @param nanoClock one that never goes back
   */
  QuietLog(Consumer<String> lines, LongSupplier nanoClock) {
    this.lines = lines;
    this.nanoClock = nanoClock;
    beganNanos = nanoClock.getAsLong();
  }

  /** Tells this, or counts it. */
  synchronized void tell(LogLine line) {
    long now = nanoClock.getAsLong();
    if (now - beganNanos >= SECOND_NANOS) {
      if (untold > 0) {
        lines.accept(LogLine.of("connections.untold").with("lines", untold).toString());
      }
      beganNanos = now;
      told = 0;
      untold = 0;
    }
    if (told < LINES_A_SECOND) {
      told++;
      lines.accept(line.toString());
    } else {
      untold++;
    }
  }
}
