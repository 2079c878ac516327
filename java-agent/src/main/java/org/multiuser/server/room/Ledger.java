package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.NameIndex;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;

/**
 * The one order of a session (SPEC LO1). It holds the nodes twice: as they are once everything that
 * has a number is applied, which is what new commits are judged by, and as they are durable, which
 * is what others may see (SPEC AC1). The nodes themselves are shared.
 */
final class Ledger {
  private final Journal journal;
  private final RecentLog recent;
  private final LogEntryCodec codec;
  private final Map<UUID, Node> ahead = new HashMap<>();
  private final NameIndex names = new NameIndex();
  private final Map<UUID, Node> durable = new LinkedHashMap<>();
  private final Map<UUID, Long> seen = new HashMap<>();
  private final Map<UUID, Long> settled = new HashMap<>();
  private final Checkpoints checkpoints;
  private UUID incarnation;
  private long lastSequence;
  private long durableSequence;
  private long waitingBytes;

  Ledger(UUID incarnation, Journal journal, LogEntryCodec codec, HallSettings settings) {
    this.codec = codec;
    this.incarnation = incarnation;
    this.journal = journal;
    checkpoints = new Checkpoints(journal, settings.images());
    recent = new RecentLog(settings.recentBytes());
  }

  /**
   * Takes over what was kept.
   *
   * @param entries the tail, decoded
   */
  void restore(RoomStore.Stored stored, List<LogEntry> entries) {
    stored.nodes().forEach(node -> durable.put(node.id(), node));
    lastSequence = stored.imageSequence();
    for (LogEntry entry : entries) {
      lastSequence = entry.sequence();
      Replay.apply(durable, entry);
    }
    ahead.putAll(durable);
    ahead.values().forEach(node -> names.put(null, node));
    durableSequence = lastSequence;
    recent.restart(lastSequence + 1);
    settled.putAll(stored.settled());
    seen.putAll(settled);
    for (int i = 0; i < entries.size(); i++) {
      checkpoints.restored(stored.tail().get(i), touched(entries.get(i)));
    }
  }

  UUID incarnation() {
    return incarnation;
  }

  /** The number of the last durable entry. */
  long durableSequence() {
    return durableSequence;
  }

  /** The bytes of entries that are not durable yet. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** The node as new commits meet it, or null. */
  Node node(UUID id) {
    return ahead.get(id);
  }

  /** The nodes as new commits meet them. */
  Collection<Node> nodes() {
    return ahead.values();
  }

  /** A copy of the durable nodes, as of {@link #durableSequence}. */
  List<Node> durableNodes() {
    return List.copyOf(durable.values());
  }

  /** The line of this number if it is durable and recent, else null. */
  RecentLog.Line recent(long sequence) {
    return recent.get(sequence);
  }

  /** The counter up to which the author's commits are accepted and durable, or refused. */
  long settled(UUID author) {
    return settled.getOrDefault(author, 0L);
  }

  /** Notes that a commit came in; false if it is a repetition (SPEC CM3). */
  boolean isNew(UUID author, long counter) {
    if (counter <= seen.getOrDefault(author, 0L)) {
      return false;
    }
    seen.put(author, counter);
    return true;
  }

  /** Notes a commit as refused, once those before it are settled. */
  void refused(UUID author, long counter, Runnable whenSettled) {
    journal.afterwards(
        () -> {
          settled.merge(author, counter, Math::max);
          whenSettled.run();
        });
  }

  /**
   * Numbers a commit that was found allowed.
   *
   * @param bytes the author's own encoding, which is kept and sent on as it is (SPEC LO2)
   */
  void append(Commit commit, byte[] bytes, Runnable whenDurable) {
    long sequence = lastSequence + 1;
    UUID author = commit.author();
    byte[] line = LogEntryCodec.encodeCommitted(sequence, bytes);
    append(
        new StoreChange.Entry(sequence, author, commit.counter(), line),
        commit,
        () -> {
          settled.merge(author, commit.counter(), Math::max);
          whenDurable.run();
        });
  }

  /** Appends a line as a whole or not at all, and behind it what the server has to say to it. */
  private void append(StoreChange.Entry line, Commit commit, Runnable whenDurable) {
    UUID id = commit.node();
    Node before = ahead.get(id);
    Node after = Applier.apply(before, commit, line.sequence());
    lastSequence = line.sequence(); // Nothing from here on fails.
    Replay.put(ahead, id, after);
    Map<UUID, Node> changed = new HashMap<>();
    changed.put(id, after);
    keep(line, changed, whenDurable);
    if (names.put(before, after) && names.holders(after).size() > 1) {
      rename(after);
    }
  }

  /** Gives a node that took another's name one of its own (SPEC NA2). */
  private void rename(Node node) {
    long sequence = lastSequence + 1;
    List<Operation> steps = List.of(Names.rename(names.free(node)));
    Commit commit = new Commit(Commit.SERVER, sequence, node.id(), 0, 0, steps);
    byte[] line = codec.encode(new LogEntry.Committed(sequence, commit));
    append(new StoreChange.Entry(sequence, null, 0, line), commit, () -> {});
  }

  /** Numbers a change of owner that was found allowed. */
  void append(UUID author, List<UUID> nodes, UUID owner, Runnable whenDurable) {
    LogEntry.OwnerChanged entry = new LogEntry.OwnerChanged(lastSequence + 1, author, nodes, owner);
    byte[] line = codec.encode(entry);
    lastSequence = entry.sequence();
    Replay.apply(ahead, entry);
    Map<UUID, Node> changed = new HashMap<>();
    nodes.forEach(id -> changed.put(id, ahead.get(id)));
    keep(new StoreChange.Entry(entry.sequence(), author, 0, line), changed, whenDurable);
  }

  private void keep(StoreChange.Entry entry, Map<UUID, Node> changed, Runnable whenDurable) {
    UUID keptUnder = incarnation;
    waitingBytes += entry.bytes().length;
    journal.keep(
        new StoreChange.Append(entry),
        () -> {
          waitingBytes -= entry.bytes().length;
          if (keptUnder.equals(incarnation)) {
            changed.forEach((id, node) -> Replay.put(durable, id, node));
            durableSequence = entry.sequence();
            recent.add(entry);
            checkpoints.count(entry, changed.keySet());
          }
          whenDurable.run();
        });
  }

  /** Starts an empty log under a new identity (SPEC SE3). */
  void restart(UUID newIncarnation) {
    incarnation = newIncarnation;
    ahead.clear();
    names.clear();
    durable.clear();
    checkpoints.restart();
    lastSequence = 0;
    durableSequence = 0;
    recent.restart(1);
    journal.keep(new StoreChange.Restart());
  }

  /** Keeps a slice of the image if one is due (SPEC DU3); to be called after each batch. */
  void advanceCheckpoint() {
    checkpoints.advance(durable, durableSequence);
  }

  /** The disk is full: what the log holds besides the image is to go (SPEC LM8). */
  void makeRoom() {
    checkpoints.hurry();
  }

  private static List<UUID> touched(LogEntry entry) {
    if (entry instanceof LogEntry.OwnerChanged changed) {
      return changed.nodes();
    }
    return new ArrayList<>(List.of(((LogEntry.Committed) entry).commit().node()));
  }
}
