package org.multiuser.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;
import org.multiuser.repository.Repository;

/** Takes the Subscriber's stream into the repository and repays its credit (SPEC SU, SN, CR3). */
final class Downlink {
  /** What the server may send ahead: enough for 150 MB/s over 50 ms. */
  static final long WINDOW_BYTES = 8 << 20;

  private static final long REPAY_BYTES = 256 << 10;
  private static final int LEAST_COST_BYTES = 64;

  private final Repository repository;
  private final NodeCodec nodeCodec;
  private final LogEntryCodec entryCodec;
  private final Consumer<LogEntry> seen;
  private PartAssembler parts = new PartAssembler();
  private Message.SnapshotBegin snapshot;
  private final List<Node> nodes = new ArrayList<>();
  private long owedBytes;
  private UUID incarnation;
  private boolean caughtUp;
  private boolean told;
  private long settledCounter;

  /**
   * A downlink.
   *
   * @param seen told of every entry made by others, after it was applied
   */
  Downlink(
      Repository repository,
      NodeCodec nodeCodec,
      LogEntryCodec entryCodec,
      Consumer<LogEntry> seen) {
    this.repository = repository;
    this.nodeCodec = nodeCodec;
    this.entryCodec = entryCodec;
    this.seen = seen;
  }

  /** The link is a new one; the image continues where it was. */
  void restart() {
    parts = new PartAssembler();
    snapshot = null;
    nodes.clear();
    owedBytes = 0;
    caughtUp = false;
    told = false;
    incarnation = repository.incarnation();
  }

  /** The incarnation that the stream is of, or null. */
  UUID incarnation() {
    return incarnation;
  }

  /** Whether the stream has reached the log's end. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  /** Whether the log's end was reached and this is the first to ask since then. */
  boolean tellCaughtUp() {
    boolean news = caughtUp && !told;
    told |= caughtUp;
    return news;
  }

  /** What CaughtUp said. */
  long settledCounter() {
    return settledCounter;
  }

  /** How many nodes of a snapshot are here. */
  long done() {
    return nodes.size();
  }

  /** How many nodes a snapshot on its way has, 0 if there is none. */
  long total() {
    return snapshot == null ? 0 : snapshot.nodes();
  }

  /**
   * Takes the next message of the stream.
   *
   * @return the credit to grant now, 0 for none
   * @throws ProtocolException if the stream breaks the rules or its order
   */
  long receive(Message message) {
    try {
      return owe(take(message));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "the stream is out of step", e);
    }
  }

  private int take(Message message) {
    if (message instanceof Message.EntryPart part) {
      parts.add(part.totalBytes(), part.offset(), part.bytes()).ifPresent(this::entry);
      return part.bytes().length;
    }
    if (message instanceof Message.OwnEntry own) {
      repository.ownEntry(own.sequence(), own.counter());
    } else if (message instanceof Message.SnapshotBegin begin) {
      begin(begin);
    } else if (message instanceof Message.SnapshotPart part) {
      parts
          .add(part.totalBytes(), part.offset(), part.bytes())
          .ifPresent(bytes -> nodes.add(nodeCodec.decode(bytes)));
      return part.bytes().length;
    } else if (message instanceof Message.SnapshotEnd end) {
      end(end);
    } else if (message instanceof Message.CaughtUp reached) {
      if (!Repository.isSendable(reached.counter())) {
        throw new IllegalArgumentException("the server counts commits that were never sent");
      }
      caughtUp = true;
      told = false;
      settledCounter = reached.counter();
    } else {
      throw new ProtocolException(
          ErrorCode.BAD_MESSAGE, "the server sent an unexpected message on Subscriber");
    }
    return 0;
  }

  private void begin(Message.SnapshotBegin begin) {
    parts = new PartAssembler();
    snapshot = begin;
    nodes.clear();
    caughtUp = false;
    told = false;
    incarnation = begin.incarnation();
  }

  private void end(Message.SnapshotEnd end) {
    if (snapshot == null || snapshot.nodes() != nodes.size()) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "the snapshot is not complete");
    }
    repository.snapshot(snapshot.incarnation(), end.sequence(), nodes);
    snapshot = null;
    nodes.clear();
  }

  private void entry(byte[] bytes) {
    LogEntry entry = entryCodec.decode(bytes);
    repository.entry(entry);
    seen.accept(entry);
  }

  /** Notes credit that was spent; returns what to grant now, 0 for none. */
  long owe(int bytes) {
    owedBytes += Math.max(bytes, LEAST_COST_BYTES);
    if (owedBytes < REPAY_BYTES) {
      return 0;
    }
    long repaid = owedBytes;
    owedBytes = 0;
    return repaid;
  }
}
