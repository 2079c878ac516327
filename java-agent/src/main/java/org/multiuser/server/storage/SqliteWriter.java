package org.multiuser.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.model.Node;
import org.multiuser.server.room.StoreChange;

/** Writes changes with prepared statements; the transaction is the caller's matter. */
final class SqliteWriter implements AutoCloseable {
  private static final String FOLD =
      "INSERT INTO settled SELECT author, MAX(counter) FROM log"
          + " WHERE counter > 0 AND sequence > (SELECT sequence FROM checkpoint) GROUP BY author"
          + " ON CONFLICT(author) DO UPDATE SET counter = MAX(counter, excluded.counter)";

  private final Connection connection;
  private final NodeCodec codec;
  private final SqliteTrim trim;
  private final List<PreparedStatement> all = new ArrayList<>();
  private final PreparedStatement header;
  private final PreparedStatement append;
  private final PreparedStatement member;
  private final PreparedStatement forget;
  private final PreparedStatement identity;
  private final PreparedStatement ban;
  private final PreparedStatement role;
  private final PreparedStatement unban;
  private final PreparedStatement putNode;
  private final PreparedStatement dropNode;
  private final PreparedStatement fold;
  private final PreparedStatement checkpoint;
  private final PreparedStatement clearLog;
  private final PreparedStatement clearNodes;
  private final PreparedStatement pages;
  private final PreparedStatement freePages;
  private final long pageBytes;

  SqliteWriter(Connection connection, NodeCodec codec) throws SQLException {
    this.connection = connection;
    this.codec = codec;
    trim = new SqliteTrim(connection);
    header = prepare(connection, "INSERT OR REPLACE INTO header VALUES(1, ?, ?, ?, ?)");
    append =
        prepare(
            connection,
            "INSERT INTO log(sequence, author, counter, bytes, sum) VALUES(?, ?, ?, ?, ?)");
    member = prepare(connection, "INSERT OR REPLACE INTO member VALUES(?, ?, ?, ?, ?)");
    forget = prepare(connection, "DELETE FROM member WHERE id = ?");
    identity = prepare(connection, "INSERT OR REPLACE INTO identity VALUES(?, ?)");
    ban = prepare(connection, "INSERT INTO ban VALUES(?, ?)");
    role = prepare(connection, "INSERT OR REPLACE INTO role VALUES(?, ?)");
    unban = prepare(connection, "DELETE FROM ban WHERE name = ?");
    putNode = prepare(connection, "INSERT OR REPLACE INTO node(id, bytes, sum) VALUES(?, ?, ?)");
    dropNode = prepare(connection, "DELETE FROM node WHERE id = ?");
    fold = prepare(connection, FOLD);
    checkpoint = prepare(connection, "UPDATE checkpoint SET previous = ?, sequence = ?");
    clearLog = prepare(connection, "DELETE FROM log");
    clearNodes = prepare(connection, "DELETE FROM node");
    pages = prepare(connection, "PRAGMA page_count");
    freePages = prepare(connection, "PRAGMA freelist_count");
    pageBytes = SqliteSchema.number(connection, "PRAGMA page_size");
  }

  private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    all.add(statement);
    return statement;
  }

  void write(List<StoreChange> changes) throws SQLException {
    for (StoreChange change : changes) {
      write(change);
    }
  }

  /** The bytes of all pages that hold something, as of the transaction under way. */
  long usedBytes() throws SQLException {
    return (number(pages) - number(freePages)) * pageBytes;
  }

  private static long number(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      return row.getLong(1);
    }
  }

  private void write(StoreChange change) throws SQLException {
    if (change instanceof StoreChange.Append a) {
      writeLine(a.entry());
    } else if (change instanceof StoreChange.SaveHeader save) {
      writeHeader(save.header());
    } else if (change instanceof StoreChange.SaveMember save) {
      writeMember(save.member());
    } else if (change instanceof StoreChange.ForgetMember gone) {
      forget.setBytes(1, Ids.bytes(gone.id()));
      forget.executeUpdate();
    } else if (change instanceof StoreChange.KeepIdentity kept) {
      identity.setBytes(1, Ids.bytes(kept.id()));
      identity.setBytes(2, kept.proof());
      identity.executeUpdate();
    } else if (change instanceof StoreChange.Ban banned) {
      ban.setBytes(1, Ids.bytes(banned.id()));
      ban.setString(2, banned.name());
      ban.executeUpdate();
    } else if (change instanceof StoreChange.Unban lifted) {
      unban.setString(1, lifted.name());
      unban.executeUpdate();
    } else if (change instanceof StoreChange.KeepRole kept) {
      role.setString(1, kept.name());
      role.setString(2, kept.role().name());
      role.executeUpdate();
    } else if (change instanceof StoreChange.PutNode put) {
      writeNode(put.node());
    } else if (change instanceof StoreChange.DropNode drop) {
      dropNode.setBytes(1, Ids.bytes(drop.id()));
      dropNode.executeUpdate();
    } else if (change instanceof StoreChange.Checkpoint reached) {
      reach(lastCheckpoint(), reached.sequence());
    } else if (change instanceof StoreChange.Trim wanted) {
      trim.trim(wanted);
    } else if (change instanceof StoreChange.Restart) {
      restart();
    }
  }

  private void writeLine(StoreChange.Entry entry) throws SQLException {
    byte[] author = Ids.bytes(entry.author());
    append.setLong(1, entry.sequence());
    append.setBytes(2, author);
    append.setLong(3, entry.counter());
    append.setBytes(4, entry.bytes());
    append.setLong(5, Checksum.ofLine(entry.sequence(), author, entry.counter(), entry.bytes()));
    append.executeUpdate();
  }

  private void writeNode(Node node) throws SQLException {
    byte[] bytes = codec.encode(node);
    putNode.setBytes(1, Ids.bytes(node.id()));
    putNode.setBytes(2, bytes);
    putNode.setLong(3, Checksum.ofNode(bytes));
    putNode.executeUpdate();
  }

  private void writeHeader(StoreChange.Header saved) throws SQLException {
    header.setBytes(1, Ids.bytes(saved.incarnation()));
    header.setString(2, saved.state().name());
    header.setString(3, saved.blenderVersion());
    header.setBytes(4, Ids.bytes(saved.initialiser()));
    header.executeUpdate();
  }

  private void writeMember(StoreChange.Member saved) throws SQLException {
    member.setBytes(1, Ids.bytes(saved.id()));
    member.setString(2, saved.name());
    member.setString(3, saved.role().name());
    member.setInt(4, saved.colour());
    member.setBytes(5, saved.secret());
    member.executeUpdate();
  }

  private long lastCheckpoint() throws SQLException {
    return SqliteSchema.number(connection, "SELECT sequence FROM checkpoint");
  }

  private void reach(long previous, long sequence) throws SQLException {
    fold.executeUpdate();
    checkpoint.setLong(1, previous);
    checkpoint.setLong(2, sequence);
    checkpoint.executeUpdate();
  }

  private void restart() throws SQLException {
    reach(0, 0);
    clearLog.executeUpdate();
    clearNodes.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    trim.close();
    for (PreparedStatement statement : all) {
      statement.close();
    }
  }
}
