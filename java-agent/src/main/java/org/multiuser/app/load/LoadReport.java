package org.multiuser.app.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.multiuser.app.timing.Samples;

/**
 * What came of a load.
 *
 * @param seconds from the first edit until everybody had the last one
 * @param sent bytes on all channels, of all users together, without what TLS adds
 * @param latencies from the submission of an edit until another user had it
 * @param lost last edits that somebody does not have; has to be none
 * @param refused edits that the server did not take
 * @param equal whether all replicas are the same, byte for byte
 */
public record LoadReport(
    int users,
    double seconds,
    long edits,
    long presences,
    long sent,
    long received,
    Samples.Summary latencies,
    long lost,
    long refused,
    boolean equal) {
  private static final double MIB = 1 << 20;

  /** Whether nothing was lost. */
  public boolean isWell() {
    return lost == 0 && refused == 0 && equal;
  }

  /** For programs. */
  public Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ok", isWell());
    fields.put("users", (long) users);
    fields.put("seconds", seconds);
    fields.put("edits", edits);
    fields.put("editsPerSecond", edits / seconds);
    fields.put("deliveriesPerSecond", edits * (users - 1) / seconds);
    fields.put("presences", presences);
    fields.put("bytesSent", sent);
    fields.put("bytesReceived", received);
    fields.put("seenByAnother", latencies.json());
    fields.put("lost", lost);
    fields.put("refused", refused);
    fields.put("replicasEqual", equal);
    return fields;
  }

  /** For people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        """
        users                %d
        edits                %d in %.1f s, %.0f a second; %.0f deliveries a second
        presence             %d
        sent, received       %.1f and %.1f MiB
        seen by another      median %.1f ms, p99 %.1f, longest %.1f
        lost                 %d; %d refused
        replicas             %s""",
        users,
        edits,
        seconds,
        edits / seconds,
        edits * (users - 1) / seconds,
        presences,
        sent / MIB,
        received / MIB,
        latencies.medianMillis(),
        latencies.p99Millis(),
        latencies.maxMillis(),
        lost,
        refused,
        equal ? "equal" : "DIFFER");
  }
}
