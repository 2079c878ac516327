package org.multiuser.server.room;

import java.util.List;

/**
 * How long commits took from their arrival to their acknowledgement.
 *
 * @param counts how many there were of each length: up to each of {@link #BOUNDS_NANOS}, and longer
 * @param sumNanos of all
 */
public record Latency(List<Long> counts, long sumNanos) {
  /** From half a millisecond to half a minute. */
  public static final List<Long> BOUNDS_NANOS =
      List.of(
          500_000L,
          1_000_000L,
          2_500_000L,
          5_000_000L,
          10_000_000L,
          25_000_000L,
          50_000_000L,
          100_000_000L,
          250_000_000L,
          500_000_000L,
          1_000_000_000L,
          2_500_000_000L,
          10_000_000_000L,
          30_000_000_000L);
}
