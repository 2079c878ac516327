package org.multiuser.agent;

/** How fast files may go out, as the user set it: a bucket that fills steadily. Pure. */
final class UploadPace {
  private static final long NANOS = 1_000_000_000L;
  private static final long BURST_NANOS = NANOS / 10;

  private long bytesPerSecond;
  private double tokens;
  private long filledNanos;

  /** Sets the limit; 0 for none. */
  void limit(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    tokens = 0;
  }

  /** Whether a part may go now. */
  boolean mayGo(long nowNanos) {
    if (bytesPerSecond == 0) {
      return true;
    }
    double filled = (double) (nowNanos - filledNanos) * bytesPerSecond / NANOS;
    double burst = (double) bytesPerSecond * BURST_NANOS / NANOS;
    tokens = Math.min(burst, tokens + filled);
    filledNanos = nowNanos;
    return tokens >= 0;
  }

  /** So much went. */
  void sent(int bytes) {
    tokens -= bytesPerSecond == 0 ? 0 : bytes;
  }

  /** How long until a part may go, in nanoseconds; at least a millisecond. */
  long waitNanos() {
    double owed = Math.max(0, -tokens);
    return bytesPerSecond == 0 ? 0 : Math.max(1_000_000L, (long) (owed * NANOS / bytesPerSecond));
  }
}
