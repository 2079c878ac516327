package org.multiuser.app.timing;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long each of many like things took. Safe for several threads. */
public final class Samples {
  private static final double NANOS_A_MILLI = 1e6;

  private long[] nanos = new long[64];
  private int count;

  /** One more of them took so long. */
  public synchronized void add(long tookNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = tookNanos;
  }

  /** What they come to so far. */
  public synchronized Summary summary() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Summary(count, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
  }

  /** The smallest one that so many are not above (nearest rank); 0 if there are none. */
  private static double at(long[] sorted, double share) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(rank, 1) - 1] / NANOS_A_MILLI;
  }

  /**
   * What some samples come to.
   *
   * @param count how many there are
   * @param medianMillis half of them took no longer
   * @param p99Millis 99 of 100 took no longer
   * @param maxMillis the longest
   */
  public record Summary(int count, double medianMillis, double p99Millis, double maxMillis) {
    /** The same for JSON, with a thousandth of a millisecond as the last digit. */
    public Map<String, Object> json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("count", (long) count);
      fields.put("medianMillis", rounded(medianMillis));
      fields.put("p99Millis", rounded(p99Millis));
      fields.put("maxMillis", rounded(maxMillis));
      return fields;
    }

    private static double rounded(double millis) {
      return Math.round(millis * 1000) / 1000.0;
    }
  }
}
