package org.multiuser.server.storage;

import java.nio.BufferUnderflowException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.server.room.StoreChange;

/**
 * What a session's file holds besides log and nodes.
 *
 * @param header what the session is, or null
 * @param members who belongs to it
 * @param settled the highest counter kept of each author, without the log's
 * @param identities what proves each identity
 * @param bans who may not come back
 * @param roles what those may do who come under these names
 */
record KeptFacts(
    StoreChange.Header header,
    List<StoreChange.Member> members,
    Map<UUID, Long> settled,
    Map<UUID, byte[]> identities,
    List<StoreChange.Ban> bans,
    Map<String, Role> roles) {
  /** Nothing at all. */
  static final KeptFacts NOTHING =
      new KeptFacts(null, List.of(), Map.of(), Map.of(), List.of(), Map.of());

  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Everything; throws at the first thing that cannot be read. */
  static KeptFacts read(Statement statement) throws SQLException {
    return read(statement, SqliteSchema.FORM, null);
  }

  /**
   * What can be read.
   *
   * @param form the file's
   * @param damaged told what cannot be read; null to throw instead
   */
  static KeptFacts read(Statement statement, int form, Consumer<String> damaged)
      throws SQLException {
    List<StoreChange.Header> headers =
        rows(
            statement,
            "header",
            "incarnation, state, blender, initialiser",
            row ->
                new StoreChange.Header(
                    Ids.of(row.getBytes(1)),
                    SessionState.valueOf(row.getString(2)),
                    row.getString(3),
                    Ids.of(row.getBytes(4))),
            damaged);
    List<StoreChange.Member> members =
        rows(statement, "member", "id, name, role, colour, secret", KeptFacts::member, damaged);
    List<StoreChange.Ban> bans =
        rows(
            statement,
            "ban",
            "id, name",
            row -> new StoreChange.Ban(Ids.of(row.getBytes(1)), row.getString(2)),
            damaged);
    Map<UUID, Long> settled = new HashMap<>();
    rows(
        statement,
        "settled",
        "author, counter",
        row -> settled.put(Ids.of(row.getBytes(1)), row.getLong(2)),
        damaged);
    Map<UUID, byte[]> identities = new HashMap<>();
    if (form >= 2) {
      rows(
          statement,
          "identity",
          "id, proof",
          row -> identities.put(Ids.of(row.getBytes(1)), row.getBytes(2)),
          damaged);
    }
    Map<String, Role> roles = new HashMap<>();
    if (form >= 4) {
      rows(
          statement,
          "role",
          "name, role",
          row -> roles.put(row.getString(1), Role.valueOf(row.getString(2))),
          damaged);
    }
    StoreChange.Header header = headers.isEmpty() ? null : headers.get(0);
    return new KeptFacts(header, members, settled, identities, bans, roles);
  }

  private static StoreChange.Member member(ResultSet row) throws SQLException {
    return new StoreChange.Member(
        Ids.of(row.getBytes(1)),
        row.getString(2),
        Role.valueOf(row.getString(3)),
        row.getInt(4),
        row.getBytes(5));
  }

  private static <T> List<T> rows(
      Statement statement, String table, String columns, Row<T> of, Consumer<String> damaged)
      throws SQLException {
    List<T> all = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("SELECT " + columns + " FROM " + table)) {
      while (row.next()) {
        all.add(of.of(row));
      }
    } catch (SQLException | IllegalArgumentException | BufferUnderflowException e) {
      if (damaged == null) {
        throw e;
      }
      damaged.accept("its table " + table + " cannot all be read: " + e.getMessage());
    }
    return all;
  }
}
