package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multiuser.protocol.message.ErrorCode;

/** Counts what happens, and knows the time of the step that it happens in. Used by one thread. */
final class Figures {
  private final Map<Tally.Refused, Long> refusals = new HashMap<>();
  private final long[] lengths = new long[Latency.BOUNDS_NANOS.size() + 1];
  private long sumNanos;
  private long commits;
  long nowNanos;
  long logIns;
  long wrongPasswords;
  long leaves;
  long timeouts;
  long kicks;
  long batches;

  void refused(Tally.Matter matter, ErrorCode code) {
    refusals.merge(new Tally.Refused(matter, code.name()), 1L, Long::sum);
    if (matter == Tally.Matter.LOGIN && code == ErrorCode.WRONG_PASSWORD) {
      wrongPasswords++;
    }
  }

  /** A commit that came in at that time is acknowledged now. */
  void acknowledged(long arrivedNanos) {
    long nanos = nowNanos - arrivedNanos;
    int at = 0;
    while (at < Latency.BOUNDS_NANOS.size() && nanos > Latency.BOUNDS_NANOS.get(at)) {
      at++;
    }
    lengths[at]++;
    sumNanos += nanos;
    commits++;
  }

  Tally tally() {
    List<Long> counts = new ArrayList<>();
    for (long length : lengths) {
      counts.add(length);
    }
    return new Tally(
        logIns,
        wrongPasswords,
        leaves,
        timeouts,
        kicks,
        commits,
        batches,
        Map.copyOf(refusals),
        new Latency(List.copyOf(counts), sumNanos));
  }
}
