package org.multiuser.app.operations;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;
import org.multiuser.network.server.Traffic;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.model.User;
import org.multiuser.server.room.Census;
import org.multiuser.server.room.Latency;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.room.Tally;

/**
 * What a server shows to Prometheus. The numbers are counted elsewhere; here they get the names
 * that docs/operations.md promises. Used by the metrics port's threads.
 */
final class Metrics {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Running server;
  private final String version;

  Metrics(Running server, String version) {
    this.server = server;
    this.version = version;
  }

  /**
   * Writes all metrics.
   *
   * @throws IOException if the disk does not say what is kept, or they cannot be written
   */
  void write(Census census, OutputStream out) throws IOException {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    ofServer(all, census);
    ofSessions(all, census);
    ofTally(all, census.tally());
    ofTraffic(all, server.traffic());
    ofDisk(all);
    ofJava(all);
    PrometheusTextFormatWriter.create().write(out, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
  }

  private void ofServer(MetricSnapshots.Builder all, Census census) {
    all.metricSnapshot(
        InfoSnapshot.builder()
            .name("multiuser")
            .help("Which server this is.")
            .dataPoint(
                InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(Labels.of("version", version))
                    .build())
            .build());
    gauge("multiuser_sessions", "Sessions that are open.").add(census.sessions().size()).to(all);
    gauge("multiuser_sessions_failed", "Sessions that cannot be opened or kept.")
        .add(census.failed().size())
        .to(all);
    gauge("multiuser_links", "Links that stand; each artist has four.").add(census.links()).to(all);
  }

  private void ofSessions(MetricSnapshots.Builder all, Census census) {
    Series users = gauge("multiuser_users", "Members of a session, by whether they are there.");
    Series datablocks = gauge("multiuser_datablocks", "Datablocks that a session holds.");
    Series waiting = gauge("multiuser_store_queue_bytes", "Edits that are not durable yet.");
    for (Census.Session session : census.sessions()) {
      long online = session.users().stream().filter(User::online).count();
      users.add(online, "session", session.name(), "state", "online");
      users.add(session.users().size() - online, "session", session.name(), "state", "offline");
      datablocks.add(session.datablocks(), "session", session.name());
      waiting.add(session.waitingBytes(), "session", session.name());
    }
    users.to(all);
    datablocks.to(all);
    waiting.to(all);
    gauge("multiuser_client_queue_bytes", "What waits for artists to take it.")
        .add(server.waitingBytes())
        .to(all);
  }

  private static void ofTally(MetricSnapshots.Builder all, Tally tally) {
    counter("multiuser_logins", "Log-ins that were granted.").add(tally.logIns()).to(all);
    counter("multiuser_failed_logins", "Log-ins with a wrong password.")
        .add(tally.wrongPasswords())
        .to(all);
    counter("multiuser_leaves", "Users who left.").add(tally.leaves()).to(all);
    counter("multiuser_timeouts", "Users who were silent for too long.")
        .add(tally.timeouts())
        .to(all);
    counter("multiuser_kicks", "Users who were kicked or banned.").add(tally.kicks()).to(all);
    counter("multiuser_commits", "Commits that were acknowledged.").add(tally.commits()).to(all);
    counter("multiuser_store_batches", "Batches of edits that became durable.")
        .add(tally.batches())
        .to(all);
    Series refusals = counter("multiuser_refusals", "What was refused, and why.");
    tally
        .refusals()
        .forEach(
            (refused, count) ->
                refusals.add(
                    count,
                    "of",
                    refused.matter().name().toLowerCase(Locale.ROOT),
                    "code",
                    refused.code()));
    refusals.to(all);
    latency(all, tally.latency());
  }

  private static void latency(MetricSnapshots.Builder all, Latency latency) {
    List<Double> bounds = new ArrayList<>();
    Latency.BOUNDS_NANOS.forEach(nanos -> bounds.add(nanos / NANOS_PER_SECOND));
    bounds.add(Double.POSITIVE_INFINITY);
    all.metricSnapshot(
        HistogramSnapshot.builder()
            .name("multiuser_commit_latency_seconds")
            .help("From a commit's arrival to its acknowledgement, after it is durable.")
            .dataPoint(
                HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, latency.counts()))
                    .sum(latency.sumNanos() / NANOS_PER_SECOND)
                    .build())
            .build());
  }

  private static void ofTraffic(MetricSnapshots.Builder all, Traffic traffic) {
    counter("multiuser_connections", "Connections that were taken, four for each artist.")
        .add(traffic.connections())
        .to(all);
    counter("multiuser_connections_refused", "Connections that were refused or spoke nonsense.")
        .add(traffic.refusedConnections())
        .to(all);
    Series received = counter("multiuser_received_bytes", "Messages that came in.");
    Series sent = counter("multiuser_sent_bytes", "Messages that went out.");
    for (Channel channel : Channel.values()) {
      String name = channel.name().toLowerCase(Locale.ROOT);
      received.add(traffic.receivedBytes(channel), "channel", name);
      sent.add(traffic.sentBytes(channel), "channel", name);
    }
    received.to(all);
    sent.to(all);
  }

  private void ofDisk(MetricSnapshots.Builder all) throws IOException {
    Series stores = gauge("multiuser_store_bytes", "What a session's edits take on the disk.");
    Series files = gauge("multiuser_files_bytes", "What a session's files take on the disk.");
    for (String session : kept()) {
      stores.add(server.storeBytes(session), "session", session);
      files.add(server.fileBytes(session), "session", session);
    }
    stores.to(all);
    files.to(all);
  }

  private List<String> kept() throws IOException {
    try {
      return server.kept();
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void ofJava(MetricSnapshots.Builder all) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    gauge("jvm_memory_used_bytes", "Memory that Java uses.")
        .add(memory.getHeapMemoryUsage().getUsed(), "area", "heap")
        .add(memory.getNonHeapMemoryUsage().getUsed(), "area", "nonheap")
        .to(all);
    gauge("jvm_memory_max_bytes", "The most memory that Java may use.")
        .add(memory.getHeapMemoryUsage().getMax(), "area", "heap")
        .to(all);
    gauge("jvm_threads", "Threads that run.")
        .add(ManagementFactory.getThreadMXBean().getThreadCount())
        .to(all);
    gauge("process_start_time_seconds", "When the server was started, since 1970.")
        .add(ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND)
        .to(all);
  }

  /** Values that go up and down. */
  private static Series gauge(String name, String help) {
    GaugeSnapshot.Builder built = GaugeSnapshot.builder().name(name).help(help);
    return new Series(
        (labels, value) ->
            built.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build()),
        built::build);
  }

  /** Values that only go up; their name gets {@code _total} when it is written. */
  private static Series counter(String name, String help) {
    CounterSnapshot.Builder built = CounterSnapshot.builder().name(name).help(help);
    return new Series(
        (labels, value) ->
            built.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                    .value(value)
                    .labels(labels)
                    .build()),
        built::build);
  }

  /** The values of one name, by their labels. */
  private record Series(
      ObjDoubleConsumer<Labels> points, Supplier<? extends MetricSnapshot> snapshot) {
    Series add(Number value, String... labels) {
      points.accept(Labels.of(labels), value.doubleValue());
      return this;
    }

    void to(MetricSnapshots.Builder all) {
      all.metricSnapshot(snapshot.get());
    }
  }
}
