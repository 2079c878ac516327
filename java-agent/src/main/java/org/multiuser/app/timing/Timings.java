package org.multiuser.app.timing;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** How long things of several kinds took, by the word for each kind. Safe for several threads. */
public final class Timings {
  private final Map<String, Samples> kinds = new ConcurrentSkipListMap<>();

  /** One more of a kind took so long. */
  public void add(String kind, long tookNanos) {
    kinds.computeIfAbsent(kind, key -> new Samples()).add(tookNanos);
  }

  /** A table with a line for each kind; empty if there are none. */
  public String table() {
    if (kinds.isEmpty()) {
      return "";
    }
    StringBuilder table = new StringBuilder();
    row(table, "%-14s %9s %12s %12s %12s%n", "step", "count", "median ms", "p99 ms", "max ms");
    kinds.forEach(
        (kind, samples) -> {
          Samples.Summary all = samples.summary();
          row(
              table,
              "%-14s %9d %12.3f %12.3f %12.3f%n",
              kind,
              all.count(),
              all.medianMillis(),
              all.p99Millis(),
              all.maxMillis());
        });
    return table.toString();
  }

  private static void row(StringBuilder table, String form, Object... cells) {
    table.append(String.format(Locale.ROOT, form, cells));
  }

  /** All kinds on one line. */
  public String line() {
    return kinds.entrySet().stream()
        .map(
            entry -> {
              Samples.Summary all = entry.getValue().summary();
              return String.format(
                  Locale.ROOT,
                  "%s %d times: median %.3f ms, p99 %.3f ms",
                  entry.getKey(),
                  all.count(),
                  all.medianMillis(),
                  all.p99Millis());
            })
        .collect(Collectors.joining("; "));
  }

  /** For JSON: what the samples of each kind come to. */
  public Map<String, Object> json() {
    Map<String, Object> all = new ConcurrentSkipListMap<>();
    kinds.forEach((kind, samples) -> all.put(kind, samples.summary().json()));
    return all;
  }
}
