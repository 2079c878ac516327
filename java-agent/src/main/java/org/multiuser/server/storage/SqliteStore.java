package org.multiuser.server.storage;

import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.room.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session in one SQLite file, in WAL mode: a batch is one transaction, and durable when
 * {@link #save} returns (SPEC DU1, DU2). Each line and node has a checksum beside it, so damage is
 * found, not served. The file is locked while it is open, so that two servers cannot share it. Used
 * by one thread at a time.
 */
public final class SqliteStore implements RoomStore, Copied {
  private static final int WAL_BYTES = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  private final Path file;
  private final Connection connection;
  private final NodeCodec codec;
  private long usedBytes;
  private SqliteReader reader;
  private SqliteWriter writer;

  /**
   * Opens a session's file, and makes it where there is none.
   *
   * @param codec for the nodes of checkpoints
   * @param durability what a return from {@link #save} means
   * @throws StoreException if it cannot be opened or written to, is damaged, or another server has
   *     it
   */
  public SqliteStore(Path file, NodeCodec codec, Durability durability) throws StoreException {
    this.file = file;
    this.codec = codec;
    Connection opened = null;
    try {
      opened = DriverManager.getConnection("jdbc:sqlite:" + file);
      prepare(opened, durability);
      connection = opened;
      prepareStatements();
    } catch (SQLException e) {
      closeQuietly(opened, e);
      throw failure("open", e);
    }
  }

  private static void prepare(Connection fresh, Durability durability) throws SQLException {
    try (Statement statement = fresh.createStatement()) {
      statement.execute("PRAGMA locking_mode=EXCLUSIVE");
      statement.execute("PRAGMA auto_vacuum=INCREMENTAL");
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA journal_size_limit=" + WAL_BYTES);
      statement.execute("PRAGMA synchronous=" + durability);
      SqliteSchema.prepare(fresh);
      // What cannot be written to must not be opened only to fail over the first edit.
      statement.executeUpdate("UPDATE checkpoint SET sequence = sequence");
      fresh.commit();
    }
  }

  @Override
  public Stored load() throws StoreException {
    try {
      Stored stored = reader.load();
      connection.commit();
      return stored;
    } catch (SQLException e) {
      throw failure("read", e);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw failure("read", new SQLException("what it holds is damaged: " + e.getMessage(), e));
    }
  }

  @Override
  public void save(List<StoreChange> changes) throws StoreException {
    try {
      writer.write(changes);
      long used = writer.usedBytes();
      connection.commit();
      usedBytes = used;
    } catch (SQLException e) {
      rollBack(e);
      throw failure("write", e);
    } catch (RuntimeException e) {
      rollBack(e);
      throw e;
    }
  }

  @Override
  public List<StoreChange.Entry> read(long from, long maxBytes) throws StoreException {
    try {
      List<StoreChange.Entry> entries = reader.entries(from, maxBytes);
      connection.commit();
      return entries;
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  /** What is in use of it: what was deleted is free for what comes next, though the file stays. */
  @Override
  public long bytes() {
    return usedBytes;
  }

  /** VACUUM wants no transaction, and no other statement: even one that was carried out counts. */
  @Override
  public void copyTo(Path copy) throws StoreException {
    try {
      closeStatements();
      connection.setAutoCommit(true);
      try (PreparedStatement into = connection.prepareStatement("VACUUM INTO ?")) {
        into.setString(1, copy.toString());
        into.execute();
      } finally {
        connection.setAutoCommit(false);
        prepareStatements();
      }
    } catch (SQLException e) {
      throw failure("copy", e);
    }
  }

  private void prepareStatements() throws SQLException {
    reader = new SqliteReader(file.getFileName().toString(), connection, codec);
    writer = new SqliteWriter(connection, codec);
  }

  private void closeStatements() throws SQLException {
    writer.close();
    reader.close();
  }

  @Override
  public void close() {
    try {
      closeStatements();
      connection.close();
    } catch (SQLException e) {
      // What was saved is safe in the WAL; the next opening takes it over.
      LOG.warn("closing {}: {}", file, e.getMessage());
    }
  }

  private void rollBack(Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private static void closeQuietly(Connection opened, SQLException cause) {
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private StoreException failure(String doing, SQLException e) {
    return new StoreException(
        "cannot "
            + doing
            + " "
            + file
            + " ("
            + e.getMessage()
            + "); check that it is writable, that the disk is not full and that no other server"
            + " uses it; whether it is damaged, and what can be saved, serve --check and --repair"
            + " tell",
        e);
  }
}
