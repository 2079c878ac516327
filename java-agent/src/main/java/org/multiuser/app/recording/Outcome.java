package org.multiuser.app.recording;

import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.multiuser.app.timing.Samples;

/**
 * What came of playing a recording.
 *
 * @param contents what was played
 * @param seconds how long it took, from the first edit to the last acknowledgement
 * @param bytesSent by all agents, the first content included
 * @param latestMillis how far it was behind the recorded time at most
 * @param latency from submission to acknowledgement, of commits and changes of owner
 * @param lost how many of them the server did not take, or never acknowledged
 * @param hash what the session should hold at the end
 * @param differing how many of the agents hold something else
 * @param arrived whether all was played and everybody has it
 * @param troubles what the agents were warned of
 */
public record Outcome(
    Contents contents,
    double seconds,
    long bytesSent,
    double latestMillis,
    Samples.Summary latency,
    long lost,
    byte[] hash,
    int differing,
    boolean arrived,
    List<String> troubles) {

  /**
   * What a recording holds.
   *
   * @param startedMillis when, since 1970
   * @param users those who do anything in it
   * @param nodes how many there were at the start
   * @param whole whether it was ended in order; else what stands before its damage is played
   */
  public record Contents(
      String session,
      long startedMillis,
      double seconds,
      int users,
      int nodes,
      long commits,
      long ownerChanges,
      long presences,
      boolean whole) {

    /** One line for people. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "%s, %.1f s: %d users, %d nodes at its start, %d commits, %d changes of owner, %d"
              + " presences",
          Instant.ofEpochMilli(startedMillis),
          seconds,
          users,
          nodes,
          commits,
          ownerChanges,
          presences);
    }

    private Map<String, Object> json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("session", session);
      fields.put("startedMillis", startedMillis);
      fields.put("seconds", rounded(seconds));
      fields.put("users", (long) users);
      fields.put("nodes", (long) nodes);
      fields.put("commits", commits);
      fields.put("ownerChanges", ownerChanges);
      fields.put("presences", presences);
      fields.put("whole", whole);
      return fields;
    }
  }

  public Outcome {
    troubles = List.copyOf(troubles);
  }

  /** Whether nothing was lost and everybody holds what was recorded. */
  public boolean isWell() {
    return arrived && lost == 0 && differing == 0;
  }

  /** How many commits a second it came to. */
  private double pace() {
    return contents.commits() / Math.max(seconds, 1e-3);
  }

  /** Some lines for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "played in %.1f s: %.0f commits/s, %.2f MB sent", seconds, pace(), bytesSent / 1e6);
    line(
        text,
        "latency:  median %.2f ms, p99 %.2f ms, max %.2f ms",
        latency.medianMillis(),
        latency.p99Millis(),
        latency.maxMillis());
    line(text, "late:     %.1f ms at most", latestMillis);
    line(text, "lost:     %s", lost == 0 ? "none" : Long.toString(lost));
    line(
        text,
        "content:  %s",
        differing == 0
            ? "equal to the recording's, hash " + HexFormat.of().formatHex(hash)
            : differing + " agents hold something else than the recording does");
    troubles.forEach(trouble -> line(text, "trouble:  %s", trouble));
    return text.toString();
  }

  private static void line(StringBuilder text, String form, Object... cells) {
    text.append(String.format(Locale.ROOT, form, cells)).append(System.lineSeparator());
  }

  /** The same for JSON. */
  public Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ok", isWell());
    fields.put("recording", contents.json());
    fields.put("seconds", rounded(seconds));
    fields.put("commitsPerSecond", rounded(pace()));
    fields.put("bytesSent", bytesSent);
    fields.put("latestMillis", rounded(latestMillis));
    fields.put("latency", latency.json());
    fields.put("lost", lost);
    fields.put("hash", HexFormat.of().formatHex(hash));
    fields.put("differing", (long) differing);
    fields.put("troubles", List.copyOf(troubles));
    return fields;
  }

  private static double rounded(double number) {
    return Math.round(number * 1000) / 1000.0;
  }
}
