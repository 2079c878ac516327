package org.multiuser.server.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
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
 * Keeps a session in one SQLite file, in WAL mode with synchronous=FULL: a batch is one
 * transaction, and on the disk when {@link #save} returns. The file is locked while it is open, so
 * that two servers cannot share it. Used by one thread at a time.
 */
public final class SqliteStore implements RoomStore {
  private static final int SCHEMA_VERSION = 2;
  private static final String IDENTITIES = "CREATE TABLE identity(id BLOB PRIMARY KEY, proof BLOB)";
  private static final String[] SCHEMA = {
    "CREATE TABLE header(id INTEGER PRIMARY KEY CHECK(id=1), incarnation BLOB, state TEXT,"
        + " blender TEXT, initialiser BLOB)",
    "CREATE TABLE log(sequence INTEGER PRIMARY KEY, author BLOB, counter INTEGER, bytes BLOB)",
    "CREATE TABLE member(id BLOB PRIMARY KEY, name TEXT, role TEXT, colour INTEGER,"
        + " secret BLOB)",
    "CREATE TABLE settled(author BLOB PRIMARY KEY, counter INTEGER)",
    "CREATE TABLE ban(id BLOB, name TEXT)",
    "CREATE TABLE node(id BLOB PRIMARY KEY, bytes BLOB)",
    "CREATE TABLE checkpoint(id INTEGER PRIMARY KEY CHECK(id=1), sequence INTEGER)",
    "INSERT INTO checkpoint VALUES(1, 0)",
    IDENTITIES,
  };

  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  private final Path file;
  private final Connection connection;
  private final SqliteReader reader;
  private final SqliteWriter writer;

  /**
   * Opens a session's file, and makes it where there is none.
   *
   * @param codec for the nodes of checkpoints
   * @throws StoreException if it cannot be opened, is damaged, or another server has it
   */
  public SqliteStore(Path file, NodeCodec codec) throws StoreException {
    this.file = file;
    Connection opened = null;
    try {
      opened = DriverManager.getConnection("jdbc:sqlite:" + file);
      prepare(opened);
      connection = opened;
      reader = new SqliteReader(connection, codec);
      writer = new SqliteWriter(connection, codec);
    } catch (SQLException e) {
      closeQuietly(opened, e);
      throw failure("open", e);
    }
  }

  private void prepare(Connection fresh) throws SQLException, StoreException {
    try (Statement statement = fresh.createStatement()) {
      statement.execute("PRAGMA locking_mode=EXCLUSIVE");
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      int version;
      try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
        version = row.getInt(1);
      }
      fresh.setAutoCommit(false);
      if (version < 0 || version > SCHEMA_VERSION) {
        throw new SQLException(
            "it has form " + version + ", this server knows form " + SCHEMA_VERSION);
      }
      for (String sql : missing(version)) {
        statement.execute(sql);
      }
      statement.execute("PRAGMA user_version=" + SCHEMA_VERSION);
      fresh.commit();
    }
  }

  /** What a file of an earlier form lacks. */
  private static String[] missing(int version) {
    return switch (version) {
      case 0 -> SCHEMA;
      case 1 -> new String[] {IDENTITIES};
      default -> new String[0];
    };
  }

  @Override
  public Stored load() throws StoreException {
    try {
      Stored stored = reader.load();
      connection.commit();
      return stored;
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  @Override
  public void save(List<StoreChange> changes) throws StoreException {
    try {
      writer.write(changes);
      connection.commit();
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

  @Override
  public void close() {
    try {
      writer.close();
      reader.close();
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
            + " uses it; a damaged file is to be replaced by a copy or moved away",
        e);
  }
}
