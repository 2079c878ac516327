package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.message.Message;

/**
 * What one subscriber is sent, at the pace of its own credit (SPEC SU, SN, CR). It is either in a
 * snapshot, or behind some line of the log; lines that are no longer recent it has read from the
 * store.
 */
final class Feed {
  private static final int LEAST_COST_BYTES = 64;
  private static final long READ_BYTES = 1L << 20;

  private final String session;
  private final Ledger ledger;
  private final NodeCodec codec;
  private final UUID reader;
  private final Link link;
  private final long mostCreditBytes;
  private final Deque<Packet> queue = new ArrayDeque<>();
  private final Deque<RecentLog.Line> fetched = new ArrayDeque<>();
  private SnapshotStream snapshot;
  private long next;
  private long credit;
  private boolean reading;
  private boolean caughtUp;

  /**
   * A feed for a subscriber.
   *
   * @param sequence the last number it holds of this incarnation, or -1 if it needs a snapshot
   * @param creditBytes what it may be sent for a start
   * @param mostCreditBytes what it is sent at most that it did not take yet (SPEC LM9)
   */
  Feed(
      String session,
      Ledger ledger,
      NodeCodec codec,
      UUID reader,
      Link link,
      long sequence,
      long creditBytes,
      long mostCreditBytes) {
    this.session = session;
    this.ledger = ledger;
    this.codec = codec;
    this.reader = reader;
    this.link = link;
    this.mostCreditBytes = mostCreditBytes;
    grant(creditBytes);
    if (sequence < 0) {
      restart();
    } else {
      next = sequence + 1;
    }
  }

  /** Adds credit (SPEC CR1). */
  void grant(long bytes) {
    credit = Math.min(credit + Math.min(bytes, mostCreditBytes), mostCreditBytes);
  }

  /** Begins again with a snapshot; what was half sent is void (SPEC SU5). */
  void restart() {
    queue.clear();
    fetched.clear();
    reading = false;
    caughtUp = false;
    snapshot =
        new SnapshotStream(
            ledger.incarnation(), ledger.durableSequence(), ledger.durableNodes(), codec, queue);
  }

  /** Tells once more what is settled, for an answer could not be sent (SPEC SU4). */
  void repeatCaughtUp() {
    caughtUp = false;
  }

  /** Lines that were asked for have come. */
  void read(List<StoreChange.Entry> entries) {
    if (!reading) {
      return;
    }
    reading = false;
    for (StoreChange.Entry entry : entries) {
      if (entry.sequence() == next + fetched.size()) {
        fetched.add(new RecentLog.Line(entry));
      }
    }
    if (fetched.isEmpty()) {
      restart();
    }
  }

  /**
   * Sends what may be sent.
   *
   * @param budgetBytes about how much in this step
   * @return whether there is more to send at once
   */
  boolean pump(Outbox out, long budgetBytes) {
    long budget = budgetBytes;
    while (credit > 0) {
      if (queue.isEmpty() && !fill(out)) {
        return false;
      }
      if (budget <= 0) {
        return true;
      }
      Packet packet = queue.poll();
      long cost = cost(packet.message());
      credit -= cost;
      budget -= cost;
      out.send(link, packet);
    }
    return false;
  }

  /**
   * Sends parts of files where nothing else waits (SPEC FT7), at this feed's credit.
   *
   * @param budgetBytes about how much in this step
   * @return whether there is more to send at once
   */
  boolean pump(FileFeed files, Outbox out, long budgetBytes) {
    long budget = budgetBytes;
    boolean idle = queue.isEmpty() && snapshot == null && next > ledger.durableSequence();
    while (idle && credit > 0) {
      if (budget <= 0) {
        return true;
      }
      Message message = files.next();
      if (message == null) {
        return false;
      }
      long cost = cost(message);
      credit -= cost;
      budget -= cost;
      out.send(link, message);
    }
    return false;
  }

  private boolean fill(Outbox out) {
    if (snapshot != null) {
      if (snapshot.next(queue)) {
        return true;
      }
      next = snapshot.sequence() + 1;
      snapshot = null;
    }
    if (next > ledger.durableSequence()) {
      return catchUp();
    }
    RecentLog.Line line = fetched.isEmpty() ? ledger.recent(next) : fetched.poll();
    if (line == null) {
      ask(out);
      return false;
    }
    line.addTo(queue, reader);
    next++;
    return true;
  }

  private boolean catchUp() {
    if (caughtUp) {
      return false;
    }
    caughtUp = true;
    queue.add(new Packet(new Message.CaughtUp(ledger.durableSequence(), ledger.settled(reader))));
    return true;
  }

  private void ask(Outbox out) {
    if (!reading) {
      reading = true;
      out.add(new Effect.Read(session, ledger.incarnation(), link, next, READ_BYTES));
    }
  }

  private static long cost(Message message) {
    int bytes = 0;
    if (message instanceof Message.EntryPart part) {
      bytes = part.bytes().length;
    } else if (message instanceof Message.SnapshotPart part) {
      bytes = part.bytes().length;
    } else if (message instanceof Message.ChunkPart part) {
      bytes = part.bytes().length;
    } else if (message instanceof Message.ManifestPart part) {
      bytes = part.bytes().length;
    }
    return Math.max(LEAST_COST_BYTES, bytes);
  }
}
