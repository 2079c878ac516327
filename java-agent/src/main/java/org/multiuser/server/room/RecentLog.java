package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.message.Message;

/** The log's newest durable lines, ready to be sent; older ones are only in the store. */
final class RecentLog {
  private final long maxBytes;
  private final ArrayList<Line> lines = new ArrayList<>();
  private int dropped;
  private long firstSequence = 1;
  private long bytes;

  RecentLog(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A line with its messages, which all subscribers share. */
  static final class Line {
    private final StoreChange.Entry entry;
    private List<Packet> parts;

    Line(StoreChange.Entry entry) {
      this.entry = entry;
    }

    /** What this reader gets: the parts, or just the number where it is its own (SPEC LO4). */
    void addTo(Deque<Packet> queue, UUID reader) {
      if (entry.counter() > 0 && reader.equals(entry.author())) {
        queue.add(new Packet(new Message.OwnEntry(entry.sequence(), entry.counter())));
        return;
      }
      if (parts == null) {
        parts = split(entry);
      }
      queue.addAll(parts);
    }
  }

  void add(StoreChange.Entry entry) {
    lines.add(new Line(entry));
    bytes += entry.bytes().length;
    while (bytes > maxBytes && lines.size() - dropped > 1) {
      bytes -= lines.get(dropped).entry.bytes().length;
      lines.set(dropped, null);
      dropped++;
      firstSequence++;
    }
    if (dropped > 1024 && dropped > lines.size() / 2) {
      lines.subList(0, dropped).clear();
      dropped = 0;
    }
  }

  /** The line of this number, or null if it is not here. */
  Line get(long sequence) {
    long index = sequence - firstSequence;
    return index < 0 || index >= lines.size() - dropped ? null : lines.get(dropped + (int) index);
  }

  /** Starts anew with nothing, the next line being this one. */
  void restart(long nextSequence) {
    lines.clear();
    dropped = 0;
    bytes = 0;
    firstSequence = nextSequence;
  }

  private static List<Packet> split(StoreChange.Entry entry) {
    List<Packet> packets = new ArrayList<>(1);
    for (Parts.Part part : Parts.split(entry.bytes())) {
      packets.add(
          new Packet(
              new Message.EntryPart(
                  entry.sequence(), part.totalBytes(), part.offset(), part.bytes())));
    }
    return packets;
  }
}
