package org.multiuser.server.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.multiuser.server.room.StoreChange;

/** What single rows of a session's file say. */
final class Rows {
  private Rows() {}

  /**
   * A line of the log, or null if it is damaged.
   *
   * @param row with sequence, author, counter, bytes and sum
   * @param summed whether there is a sum to hold it against
   */
  static StoreChange.Entry entry(ResultSet row, boolean summed) throws SQLException {
    long sequence = row.getLong(1);
    byte[] author = row.getBytes(2);
    long counter = row.getLong(3);
    byte[] bytes = row.getBytes(4);
    if (bytes == null || (author != null && author.length != Ids.BYTES)) {
      return null;
    }
    if (summed && Checksum.ofLine(sequence, author, counter, bytes) != row.getLong(5)) {
      return null;
    }
    return new StoreChange.Entry(sequence, Ids.of(author), counter, bytes);
  }
}
