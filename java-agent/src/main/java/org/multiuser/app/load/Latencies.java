package org.multiuser.app.load;

import java.util.Arrays;

/** Times of which percentiles are wanted. Used by one thread at a time. */
final class Latencies {
  private long[] nanos = new long[1_024];
  private int count;
  private boolean sorted = true;

  void add(long more) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = more;
    sorted = false;
  }

  void addAll(Latencies others) {
    for (int at = 0; at < others.count; at++) {
      add(others.nanos[at]);
    }
  }

  Latencies copy() {
    Latencies copy = new Latencies();
    copy.addAll(this);
    return copy;
  }

  int count() {
    return count;
  }

  /**
   * The time within which this share of them was done, in milliseconds; 0 if there are none.
   *
   * @param share from 0 to 1
   */
  double millis(double share) {
    if (count == 0) {
      return 0;
    }
    if (!sorted) {
      Arrays.sort(nanos, 0, count);
      sorted = true;
    }
    return nanos[Math.min(count - 1, (int) (count * share))] / 1e6;
  }
}
