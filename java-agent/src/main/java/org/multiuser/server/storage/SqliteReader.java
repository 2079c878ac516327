package org.multiuser.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;

/** Reads what a session's file holds. */
final class SqliteReader implements AutoCloseable {
  private final Connection connection;
  private final NodeCodec codec;
  private final PreparedStatement from;

  SqliteReader(Connection connection, NodeCodec codec) throws SQLException {
    this.connection = connection;
    this.codec = codec;
    from =
        connection.prepareStatement(
            "SELECT sequence, author, counter, bytes FROM log WHERE sequence >= ?"
                + " ORDER BY sequence");
  }

  RoomStore.Stored load() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      StoreChange.Header header = header(statement);
      if (header == null) {
        return RoomStore.Stored.NOTHING;
      }
      long sequence;
      try (ResultSet row = statement.executeQuery("SELECT sequence FROM checkpoint")) {
        sequence = row.getLong(1);
      }
      List<StoreChange.Entry> tail = entries(sequence + 1, Long.MAX_VALUE);
      Set<UUID> bannedIds = new HashSet<>();
      Set<String> bannedNames = new HashSet<>();
      try (ResultSet row = statement.executeQuery("SELECT id, name FROM ban")) {
        while (row.next()) {
          bannedIds.add(Ids.of(row.getBytes(1)));
          bannedNames.add(row.getString(2));
        }
      }
      return new RoomStore.Stored(
          header,
          members(statement),
          settled(statement, tail),
          identities(statement),
          bannedIds,
          bannedNames,
          sequence,
          nodes(statement),
          tail);
    }
  }

  private static StoreChange.Header header(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT incarnation, state, blender, initialiser FROM header")) {
      return row.next()
          ? new StoreChange.Header(
              Ids.of(row.getBytes(1)),
              SessionState.valueOf(row.getString(2)),
              row.getString(3),
              Ids.of(row.getBytes(4)))
          : null;
    }
  }

  private static List<StoreChange.Member> members(Statement statement) throws SQLException {
    List<StoreChange.Member> members = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("SELECT id, name, role, colour, secret FROM member")) {
      while (row.next()) {
        members.add(
            new StoreChange.Member(
                Ids.of(row.getBytes(1)),
                row.getString(2),
                Role.valueOf(row.getString(3)),
                row.getInt(4),
                row.getBytes(5)));
      }
    }
    return members;
  }

  private static Map<UUID, Long> settled(Statement statement, List<StoreChange.Entry> tail)
      throws SQLException {
    Map<UUID, Long> settled = new HashMap<>();
    try (ResultSet row = statement.executeQuery("SELECT author, counter FROM settled")) {
      while (row.next()) {
        settled.put(Ids.of(row.getBytes(1)), row.getLong(2));
      }
    }
    for (StoreChange.Entry entry : tail) {
      if (entry.counter() > 0) {
        settled.merge(entry.author(), entry.counter(), Math::max);
      }
    }
    return settled;
  }

  private static Map<UUID, byte[]> identities(Statement statement) throws SQLException {
    Map<UUID, byte[]> identities = new HashMap<>();
    try (ResultSet row = statement.executeQuery("SELECT id, proof FROM identity")) {
      while (row.next()) {
        identities.put(Ids.of(row.getBytes(1)), row.getBytes(2));
      }
    }
    return identities;
  }

  private List<Node> nodes(Statement statement) throws SQLException {
    List<Node> nodes = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("SELECT bytes FROM node")) {
      while (row.next()) {
        nodes.add(codec.decode(row.getBytes(1)));
      }
    } catch (ProtocolException e) {
      throw new SQLException("a datablock in it cannot be understood: " + e.getMessage(), e);
    }
    return nodes;
  }

  List<StoreChange.Entry> entries(long first, long maxBytes) throws SQLException {
    List<StoreChange.Entry> entries = new ArrayList<>();
    from.setLong(1, first);
    long bytes = 0;
    try (ResultSet row = from.executeQuery()) {
      while ((entries.isEmpty() || bytes < maxBytes) && row.next()) {
        byte[] line = row.getBytes(4);
        bytes += line.length;
        entries.add(
            new StoreChange.Entry(row.getLong(1), Ids.of(row.getBytes(2)), row.getLong(3), line));
      }
    }
    return entries;
  }

  @Override
  public void close() throws SQLException {
    from.close();
  }
}
