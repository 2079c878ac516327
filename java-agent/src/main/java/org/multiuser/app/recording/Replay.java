package org.multiuser.app.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.model.Node;

/**
 * Plays a recording into a new session: its first content, then what each user did, by an agent for
 * each of them, in the recorded time or another; and compares what came of it. One thread.
 */
public final class Replay {
  /** So many that are not settled are on their way at most, as fast as it may go. */
  private static final int MOST_OPEN = 256;

  private final Path path;
  private final ConnectOptions options;
  private final ServerTrust trust;
  private final double speed;
  private final BulkCodec bulk = Seat.bulk();
  private final RecordedCodec codec = new RecordedCodec(bulk);
  private final Traffic traffic = new Traffic();
  private final Turns turns = new Turns(traffic);
  private final Survey survey;
  private Image image;
  private Cast cast;
  private long startNanos;
  private long latestNanos;

  /**
   * Looks through a recording; nothing is connected yet.
   *
   * @param options where to play it, with the admin's password; whose name they say does not matter
   * @param speed how many times as fast as it was recorded, 0 for as fast as it goes
   * @throws RecordingException if it cannot be played; says why and what to do
   * @throws IOException if the file cannot be read
   */
  public Replay(Path path, ConnectOptions options, ServerTrust trust, double speed)
      throws IOException, RecordingException {
    this.path = path;
    this.options = options;
    this.trust = trust;
    this.speed = speed;
    survey = Survey.of(path, codec);
  }

  /** What is to be played. */
  public Outcome.Contents contents() {
    return new Outcome.Contents(
        survey.header().session(),
        survey.header().startedMillis(),
        survey.lengthMicros() / 1e6,
        survey.cast().size(),
        survey.first().size(),
        survey.commits(),
        survey.ownerChanges(),
        survey.presences(),
        survey.isWhole());
  }

  /**
   * Plays it.
   *
   * @throws RecordingException if the session cannot be had for it; says what to do
   * @throws IOException if the file cannot be read
   */
  public Outcome play() throws IOException, RecordingException, InterruptedException {
    try (Cast all = new Cast(survey, options, trust, bulk, traffic)) {
      cast = all;
      cast.open();
      image = new Image(survey.firstSequence(), survey.first());
      startNanos = System.nanoTime();
      boolean arrived = playAll() && traffic.await(() -> traffic.open() == 0);
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      if (arrived) {
        arrived = traffic.await(cast::isLevel);
      }
      return outcome(arrived, seconds);
    }
  }

  private Outcome outcome(boolean arrived, double seconds) {
    byte[] wanted = survey.hash();
    int differing = 0;
    for (Actor actor : cast.everybody()) {
      differing += Arrays.equals(wanted, ContentHash.of(actor.nodes())) ? 0 : 1;
    }
    Set<String> troubles = new LinkedHashSet<>();
    cast.everybody().forEach(actor -> troubles.addAll(actor.seat().troubles()));
    if (!arrived) {
      troubles.add("For a minute nothing was acknowledged; what was left was not played.");
    }
    return new Outcome(
        contents(),
        seconds,
        cast.everybody().stream().mapToLong(actor -> actor.seat().bytesSent()).sum(),
        latestNanos / 1e6,
        traffic.latency(),
        traffic.lost(),
        wanted,
        differing,
        arrived,
        List.copyOf(troubles));
  }

  private boolean playAll() throws IOException, RecordingException, InterruptedException {
    try (RecordingReader reader = new RecordingReader(path, codec)) {
      Optional<Recorded> record = reader.next();
      while (record.isPresent() && image.sequence() < survey.lastSequence()) {
        if (record.get() instanceof Recorded.Logged logged) {
          pace(logged.atMicros());
          if (!play(codec.entry(logged))) {
            return false;
          }
        } else if (record.get() instanceof Recorded.Seen seen) {
          pace(seen.atMicros());
          cast.of(seen.user()).present(seen.state());
        }
        record = reader.next();
      }
    }
    return true;
  }

  private void pace(long atMicros) throws InterruptedException {
    if (speed <= 0) {
      return;
    }
    long dueNanos = startNanos + (long) (atMicros * 1_000 / speed);
    long leftNanos = dueNanos - System.nanoTime();
    latestNanos = Math.max(latestNanos, -leftNanos);
    TimeUnit.NANOSECONDS.sleep(leftNanos);
  }

  private boolean play(LogEntry entry) throws InterruptedException {
    if (!traffic.await(() -> traffic.open() < MOST_OPEN)) {
      return false;
    }
    if (entry instanceof LogEntry.OwnerChanged changed) {
      return play(changed);
    }
    LogEntry.Committed committed = (LogEntry.Committed) entry;
    Node before = image.node(committed.commit().node()).orElse(null);
    image.apply(entry);
    // What the server did comes along with the commit that it answered.
    return committed.commit().author().equals(Commit.SERVER) || play(committed, before);
  }

  private boolean play(LogEntry.Committed entry, Node before) throws InterruptedException {
    Commit commit = entry.commit();
    List<Operation> renaming = survey.renaming(entry.sequence());
    Set<Object> keys = new HashSet<>(Set.of(commit.node()));
    keys.addAll(Turns.names(before, List.of()));
    keys.addAll(Turns.names(image.node(commit.node()).orElse(null), renaming));
    Actor actor = cast.of(commit.author());
    if (!turns.await(keys, actor, false)) {
      return false;
    }
    List<Operation> steps = new ArrayList<>(commit.operations());
    steps.addAll(renaming);
    Traffic.Ticket ticket = traffic.send(actor, false);
    turns.took(keys, ticket);
    actor.commit(ticket, commit.node(), commit.newStructure(), steps);
    return true;
  }

  private boolean play(LogEntry.OwnerChanged entry) throws InterruptedException {
    Optional<UUID> by = Optional.ofNullable(entry.author()).or(() -> ownerOf(entry.nodes()));
    image.apply(entry);
    if (by.isEmpty()) {
      return true;
    }
    Actor actor = cast.of(by.get());
    Set<Object> keys = new HashSet<>(entry.nodes());
    if (!turns.await(keys, actor, true)) {
      return false;
    }
    Traffic.Ticket ticket = traffic.send(actor, true);
    turns.took(keys, ticket);
    actor.own(ticket, by.get(), entry.nodes(), entry.owner());
    return true;
  }

  /** Whose nodes the server made COMMON, as that user had left: here they release them. */
  private Optional<UUID> ownerOf(List<UUID> nodes) {
    return nodes.stream()
        .map(id -> image.node(id).map(Node::owner).orElse(null))
        .filter(Objects::nonNull)
        .findFirst();
  }
}
