package org.multiuser.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.model.Node;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a session's file holds. */
final class SqliteReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteReader.class);

  private static final String ANYTHING =
      "SELECT EXISTS(SELECT 1 FROM log) + EXISTS(SELECT 1 FROM node)";

  private final String name;
  private final Connection connection;
  private final NodeCodec codec;
  private final PreparedStatement from;

  /**
   * A reader.
   *
   * @param name the file's, for the log
   */
  SqliteReader(String name, Connection connection, NodeCodec codec) throws SQLException {
    this.name = name;
    this.connection = connection;
    this.codec = codec;
    from =
        connection.prepareStatement(
            "SELECT sequence, author, counter, bytes, sum FROM log WHERE sequence >= ?"
                + " ORDER BY sequence");
  }

  RoomStore.Stored load() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      KeptFacts facts = KeptFacts.read(statement);
      if (facts.header() == null) {
        if (SqliteSchema.number(connection, ANYTHING) > 0) {
          throw new SQLException("what session it is, is damaged");
        }
        return RoomStore.Stored.NOTHING;
      }
      if (SqliteSchema.isUnnumbered(connection)) {
        throw new SQLException("its log's lines have no numbers: it is damaged");
      }
      long checkpoint = SqliteSchema.number(connection, "SELECT sequence FROM checkpoint");
      List<StoreChange.Entry> tail = tail(checkpoint + 1);
      return new RoomStore.Stored(
          facts.header(),
          facts.members(),
          settled(facts.settled(), tail),
          facts.identities(),
          facts.bans(),
          facts.roles(),
          checkpoint,
          nodes(statement),
          tail);
    }
  }

  private static Map<UUID, Long> settled(Map<UUID, Long> kept, List<StoreChange.Entry> tail) {
    Map<UUID, Long> settled = new HashMap<>(kept);
    for (StoreChange.Entry entry : tail) {
      if (entry.counter() > 0) {
        settled.merge(entry.author(), entry.counter(), Math::max);
      }
    }
    return settled;
  }

  private List<Node> nodes(Statement statement) throws SQLException {
    List<Node> nodes = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("SELECT id, bytes, sum FROM node")) {
      while (row.next()) {
        UUID id = Ids.of(row.getBytes(1));
        byte[] bytes = row.getBytes(2);
        Node node = Checksum.ofNode(bytes) == row.getLong(3) ? codec.decode(bytes) : null;
        if (node == null || !node.id().equals(id)) {
          throw new SQLException("datablock " + id + " in it is damaged");
        }
        nodes.add(node);
      }
    } catch (ProtocolException e) {
      throw new SQLException("a datablock in it cannot be understood: " + e.getMessage(), e);
    }
    return nodes;
  }

  /** Everything from this line on; a gap or damage is an error, for edits would be forgotten. */
  private List<StoreChange.Entry> tail(long first) throws SQLException {
    List<StoreChange.Entry> entries = new ArrayList<>();
    long broken = collect(first, Long.MAX_VALUE, entries);
    if (broken > 0) {
      throw new SQLException("its log is damaged from number " + broken + " on");
    }
    return entries;
  }

  /**
   * Lines for a subscriber: what is damaged is not served. The image does not depend on them any
   * more, so a snapshot does instead (SPEC DU5).
   */
  List<StoreChange.Entry> entries(long first, long maxBytes) throws SQLException {
    List<StoreChange.Entry> entries = new ArrayList<>();
    collect(first, maxBytes, entries);
    return entries;
  }

  /** Reads lines; returns the number of the first that is damaged or not there, or 0. */
  private long collect(long first, long maxBytes, List<StoreChange.Entry> entries)
      throws SQLException {
    from.setLong(1, first);
    long expected = first;
    long bytes = 0;
    try (ResultSet row = from.executeQuery()) {
      while ((entries.isEmpty() || bytes < maxBytes) && row.next()) {
        StoreChange.Entry entry = Rows.entry(row, true);
        if (entry == null) {
          LOG.warn("line {} of {} is damaged; see serve --check", row.getLong(1), name);
        }
        if (entry == null || entry.sequence() != expected) {
          return expected;
        }
        expected++;
        bytes += entry.bytes().length;
        entries.add(entry);
      }
    }
    return 0;
  }

  @Override
  public void close() throws SQLException {
    from.close();
  }
}
