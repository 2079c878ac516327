package org.multiuser.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Node;
import org.multiuser.server.room.Replay;
import org.multiuser.server.room.StoreChange;

/**
 * Goes through the log of a file that may be damaged: it brings the image up to date, and builds
 * anew, from nothing, each node whose creation the log still has.
 */
final class LogCheck {
  private final LogEntryCodec codec;
  private final Consumer<String> damaged;
  private final Set<UUID> known = new HashSet<>();
  private final Map<UUID, Node> built = new HashMap<>();
  private final Map<UUID, Long> settled = new HashMap<>();
  private long lines;
  private long first;
  private long last;
  private long expected;
  private long lost;
  private long lostFrom;

  LogCheck(LogEntryCodec codec, Consumer<String> damaged) {
    this.codec = codec;
    this.damaged = damaged;
  }

  /** How many lines are good. */
  long lines() {
    return lines;
  }

  /** The number of the first good line, 0 if there is none. */
  long first() {
    return first;
  }

  /** The number of the last good line, 0 if there is none. */
  long last() {
    return last;
  }

  /** The first number whose edit is neither in the log nor in the image, or 0. */
  long lostFrom() {
    return lostFrom;
  }

  /** How many edits are known to be lost. */
  long lost() {
    return lost;
  }

  /** The highest counter of each author in the good lines. */
  Map<UUID, Long> settled() {
    return settled;
  }

  /** The nodes that were built anew, those that are gone again included. */
  Set<UUID> known() {
    return known;
  }

  boolean knows(UUID id) {
    return known.contains(id);
  }

  /** The node as the log has it, or null if it was deleted. */
  Node node(UUID id) {
    return built.get(id);
  }

  /**
   * Reads all lines.
   *
   * @param image the nodes as of the checkpoint; brought up to date
   */
  void read(Connection connection, boolean summed, long checkpoint, Map<UUID, Node> image) {
    long from = 1;
    try {
      pass(connection, summed, from, checkpoint, image);
    } catch (SQLException e) {
      damaged.accept("its log cannot all be read: " + e.getMessage());
      from = behindDamage(connection);
      if (from > last) {
        try {
          pass(connection, summed, from, checkpoint, image);
        } catch (SQLException again) {
          damaged.accept("its log ends at number " + last + ": " + again.getMessage());
        }
      }
    }
  }

  /** The lowest number that can be reached from the log's end. */
  private static long behindDamage(Connection connection) {
    long lowest = 0;
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT sequence FROM log ORDER BY sequence DESC");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        lowest = row.getLong(1);
      }
    } catch (SQLException e) {
      return lowest; // As far as one gets from this side.
    }
    return lowest;
  }

  private void pass(
      Connection connection, boolean summed, long from, long checkpoint, Map<UUID, Node> image)
      throws SQLException {
    String sql =
        "SELECT sequence, author, counter, bytes, "
            + (summed ? "sum" : "NULL")
            + " FROM log WHERE sequence >= ? ORDER BY sequence";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, from);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          line(row, summed, checkpoint, image);
        }
      }
    }
  }

  private void line(ResultSet row, boolean summed, long checkpoint, Map<UUID, Node> image)
      throws SQLException {
    long sequence = row.getLong(1);
    if (expected == 0) {
      expected = Math.min(sequence, checkpoint + 1);
    }
    if (sequence > expected) {
      gap(expected, sequence - 1, checkpoint);
    }
    expected = sequence + 1;
    StoreChange.Entry entry = Rows.entry(row, summed);
    LogEntry decoded = entry == null ? null : decoded(entry);
    if (decoded == null) {
      gap(sequence, sequence, checkpoint);
      return;
    }
    lines++;
    first = first == 0 ? sequence : first;
    last = sequence;
    if (entry.counter() > 0) {
      settled.merge(entry.author(), entry.counter(), Math::max);
    }
    if (sequence > checkpoint) {
      Replay.apply(image, decoded);
    }
    build(decoded);
  }

  private LogEntry decoded(StoreChange.Entry entry) {
    try {
      LogEntry decoded = codec.decode(entry.bytes());
      return decoded.sequence() == entry.sequence() ? decoded : null;
    } catch (ProtocolException e) {
      return null; // As damaged as if its checksum were wrong.
    }
  }

  /** What these lines did is not known, so nothing that was built before them is right any more. */
  private void gap(long from, long to, long checkpoint) {
    known.clear();
    built.clear();
    String which = from == to ? "line " + from : "lines " + from + " to " + to;
    if (to <= checkpoint) {
      damaged.accept(which + " of the log damaged or missing; the image has what they did");
      return;
    }
    long lostHere = Math.max(from, checkpoint + 1);
    lost += to - lostHere + 1;
    lostFrom = lostFrom == 0 ? lostHere : lostFrom;
    damaged.accept(which + " of the log damaged or missing: edits are lost from " + lostHere);
  }

  private void build(LogEntry entry) {
    if (entry instanceof LogEntry.Committed committed) {
      Commit commit = committed.commit();
      if (commit.operations().get(0) instanceof Operation.Create) {
        known.add(commit.node());
      }
      if (known.contains(commit.node())) {
        Replay.apply(built, entry);
      }
    } else {
      Replay.apply(built, entry);
    }
  }
}
