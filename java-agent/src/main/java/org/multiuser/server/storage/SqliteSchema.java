package org.multiuser.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The form of a session's file: form 1 was the first, form 2 keeps what proves identities, form 3
 * has a checksum beside each line and node, and knows the checkpoint before the last, form 4 keeps
 * roles. An earlier form is brought to this one in one transaction when the file is opened.
 */
final class SqliteSchema {
  /** The form that this server writes. */
  static final int FORM = 4;

  private static final int ROWS_A_TURN = 1_000;
  private static final String[] TABLES = {
    "CREATE TABLE header(id INTEGER PRIMARY KEY CHECK(id=1), incarnation BLOB, state TEXT,"
        + " blender TEXT, initialiser BLOB)",
    "CREATE TABLE log(sequence INTEGER PRIMARY KEY, author BLOB, counter INTEGER, bytes BLOB,"
        + " sum INTEGER)",
    "CREATE TABLE member(id BLOB PRIMARY KEY, name TEXT, role TEXT, colour INTEGER,"
        + " secret BLOB)",
    "CREATE TABLE settled(author BLOB PRIMARY KEY, counter INTEGER)",
    "CREATE TABLE ban(id BLOB, name TEXT)",
    "CREATE TABLE node(id BLOB PRIMARY KEY, bytes BLOB, sum INTEGER)",
    "CREATE TABLE checkpoint(id INTEGER PRIMARY KEY CHECK(id=1), sequence INTEGER,"
        + " previous INTEGER)",
    "INSERT INTO checkpoint VALUES(1, 0, 0)",
  };
  private static final String IDENTITIES = "CREATE TABLE identity(id BLOB PRIMARY KEY, proof BLOB)";

  private static final String ROLES = "CREATE TABLE role(name TEXT PRIMARY KEY, role TEXT)";

  private SqliteSchema() {}

  /** The form of the file, 0 if it is new. */
  static int form(Connection connection) throws SQLException {
    return (int) number(connection, "PRAGMA user_version");
  }

  /**
   * Whether the log's lines have no numbers: the text by which SQLite knows the tables is damaged,
   * which its own check does not find. Asks nothing of a sound file.
   */
  static boolean isUnnumbered(Connection connection) throws SQLException {
    return number(connection, "SELECT count(*) FROM log WHERE sequence IS NULL") > 0;
  }

  /** The one number that a query yields. */
  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  /**
   * Brings the file to this form, and leaves the connection without auto-commit.
   *
   * @throws SQLException also if the file is of a later form
   */
  static void prepare(Connection connection) throws SQLException {
    int form = form(connection);
    if (form < 0 || form > FORM) {
      throw new SQLException("it has form " + form + ", this server knows forms 1 to " + FORM);
    }
    connection.setAutoCommit(false);
    if (form == FORM) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      if (form == 0) {
        for (String sql : TABLES) {
          statement.execute(sql);
        }
      }
      if (form < 2) {
        statement.execute(IDENTITIES);
      }
      if (form == 1 || form == 2) {
        statement.execute("ALTER TABLE log ADD COLUMN sum INTEGER");
        statement.execute("ALTER TABLE node ADD COLUMN sum INTEGER");
        statement.execute("ALTER TABLE checkpoint ADD COLUMN previous INTEGER NOT NULL DEFAULT 0");
        sumLines(connection);
        sumNodes(connection);
      }
      if (form < 4) {
        statement.execute(ROLES);
      }
      statement.execute("PRAGMA user_version=" + FORM);
      connection.commit();
    }
  }

  private static void sumLines(Connection connection) throws SQLException {
    String page =
        "SELECT sequence, author, counter, bytes FROM log WHERE sequence > ? ORDER BY sequence"
            + " LIMIT "
            + ROWS_A_TURN;
    String put = "UPDATE log SET sum = ? WHERE sequence = ?";
    inTurns(
        connection,
        page,
        put,
        row -> Checksum.ofLine(row.getLong(1), row.getBytes(2), row.getLong(3), row.getBytes(4)));
  }

  private static void sumNodes(Connection connection) throws SQLException {
    String page =
        "SELECT rowid, bytes FROM node WHERE rowid > ? ORDER BY rowid LIMIT " + ROWS_A_TURN;
    inTurns(
        connection,
        page,
        "UPDATE node SET sum = ? WHERE rowid = ?",
        row -> Checksum.ofNode(row.getBytes(2)));
  }

  private interface RowSum {
    long of(ResultSet row) throws SQLException;
  }

  private static void inTurns(Connection connection, String page, String put, RowSum sum)
      throws SQLException {
    try (PreparedStatement read = connection.prepareStatement(page);
        PreparedStatement write = connection.prepareStatement(put)) {
      long last = Long.MIN_VALUE;
      boolean more = true;
      while (more) {
        read.setLong(1, last);
        more = false;
        try (ResultSet row = read.executeQuery()) {
          while (row.next()) {
            more = true;
            last = row.getLong(1);
            write.setLong(1, sum.of(row));
            write.setLong(2, last);
            write.addBatch();
          }
        }
        write.executeBatch();
      }
    }
  }
}
