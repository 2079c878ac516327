package org.multiuser.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.multiuser.server.room.StoreChange;

/**
 * Forgets old lines of the log, a few at a time, and gives space back to the file system where more
 * of the file is free than the session will soon use again (SPEC DU4). A file that was made before
 * form 3 keeps its size and uses its free space again.
 */
final class SqliteTrim implements AutoCloseable {
  private static final int SPARE_PAGES = 8_192;
  private static final int PAGES_A_TURN = 512;

  private final Connection connection;
  private final PreparedStatement oldest;
  private final PreparedStatement forget;

  SqliteTrim(Connection connection) throws SQLException {
    this.connection = connection;
    oldest =
        connection.prepareStatement(
            "SELECT sequence, length(bytes) FROM log"
                + " WHERE sequence <= (SELECT previous FROM checkpoint) ORDER BY sequence LIMIT ?");
    forget = connection.prepareStatement("DELETE FROM log WHERE sequence <= ?");
  }

  void trim(StoreChange.Trim wanted) throws SQLException {
    long last = 0;
    long bytes = 0;
    oldest.setInt(1, wanted.maxEntries());
    try (ResultSet row = oldest.executeQuery()) {
      while (bytes < wanted.maxBytes() && row.next()) {
        last = row.getLong(1);
        bytes += row.getLong(2);
      }
    }
    if (last > 0) {
      forget.setLong(1, last);
      forget.executeUpdate();
      shrink();
    }
  }

  private void shrink() throws SQLException {
    if (SqliteSchema.number(connection, "PRAGMA freelist_count") <= SPARE_PAGES) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      // Each step of it frees one page; of the driver's methods this one alone goes on to the end.
      statement.executeUpdate("PRAGMA incremental_vacuum(" + PAGES_A_TURN + ")");
    }
  }

  @Override
  public void close() throws SQLException {
    oldest.close();
    forget.close();
  }
}
