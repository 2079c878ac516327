package org.multiuser.server.storage;

import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.model.Node;
import org.multiuser.server.room.Codecs;

/**
 * Everything in a session's file that can still be read, and what cannot (SPEC DU10). It changes
 * nothing in the file, but for taking in what a killed server left beside it. Used by one thread,
 * while no server has the folder.
 */
final class Salvage {
  private static final int MOST_FINDINGS = 20;

  private final List<String> damage = new ArrayList<>();
  private final Set<UUID> damagedNodes = new HashSet<>();
  private final Map<UUID, Node> nodes = new LinkedHashMap<>();
  private final Codecs codecs;
  private final LogCheck log;
  private KeptFacts facts = KeptFacts.NOTHING;
  private long checkpoint = -1;
  private boolean empty;

  private Salvage(Codecs codecs) {
    this.codecs = codecs;
    log = new LogCheck(codecs.entries(), this::damaged);
  }

  /** Reads what there is. */
  static Salvage of(Path file, Codecs codecs) {
    Salvage salvage = new Salvage(codecs);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA locking_mode=EXCLUSIVE");
      salvage.read(connection, statement);
    } catch (SQLException e) {
      salvage.damaged("nothing in it can be read: " + e.getMessage());
    }
    return salvage;
  }

  /** What is wrong; empty if all is well. */
  List<String> damage() {
    return List.copyOf(damage);
  }

  /** Header, members and what else is neither line nor node. */
  KeptFacts facts() {
    return facts;
  }

  /** The newest state of the session that can be had, by identity. */
  Map<UUID, Node> nodes() {
    return nodes;
  }

  /** What the log gave. */
  LogCheck log() {
    return log;
  }

  /** Whether nothing was ever kept in it. */
  boolean isEmpty() {
    return empty;
  }

  /** The highest number that was found anywhere. */
  long highest() {
    long highest = Math.max(checkpoint, log.last());
    for (Node node : nodes.values()) {
      highest = Math.max(highest, node.revision());
    }
    return Math.max(0, highest);
  }

  private void read(Connection connection, Statement statement) throws SQLException {
    int form = SqliteSchema.form(connection);
    if (form == 0 && !tables(statement)) {
      empty = true; // A server died before it wrote anything.
      return;
    }
    if (form < 1 || form > SqliteSchema.FORM) {
      damaged("its form " + form + " is not known to this server");
      return;
    }
    part("its pages", () -> integrity(statement));
    facts = KeptFacts.read(statement, form, this::damaged);
    part(
        "its checkpoint",
        () -> checkpoint = SqliteSchema.number(connection, "SELECT sequence FROM checkpoint"));
    part("its log", () -> numbers(connection));
    part("its datablocks", () -> nodes(statement, form >= 3));
    if (checkpoint < 0) {
      checkpoint = nodes.values().stream().mapToLong(Node::revision).max().orElse(0);
    }
    log.read(connection, form >= 3, checkpoint, nodes);
    judge();
  }

  private void numbers(Connection connection) throws SQLException {
    if (SqliteSchema.isUnnumbered(connection)) {
      damaged("the log's lines have no numbers, so all of them are lost");
    }
  }

  private static boolean tables(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT 1 FROM sqlite_master")) {
      return row.next();
    }
  }

  private void integrity(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA integrity_check(" + MOST_FINDINGS + ")")) {
      while (row.next()) {
        if (!"ok".equals(row.getString(1))) {
          damaged("SQLite says: " + row.getString(1).replace('\n', ' '));
        }
      }
    }
  }

  private void nodes(Statement statement, boolean summed) throws SQLException {
    String sum = summed ? "sum" : "NULL";
    try (ResultSet row = statement.executeQuery("SELECT id, bytes, " + sum + " FROM node")) {
      while (row.next()) {
        UUID id = Ids.of(row.getBytes(1));
        byte[] bytes = row.getBytes(2);
        boolean fits = !summed || Checksum.ofNode(bytes) == row.getLong(3);
        Node node = fits ? decoded(bytes) : null;
        if (node == null || !node.id().equals(id)) {
          damagedNodes.add(id);
        } else {
          nodes.put(id, node);
        }
      }
    }
  }

  private Node decoded(byte[] bytes) {
    try {
      return codecs.nodes().decode(bytes);
    } catch (ProtocolException e) {
      return null; // As damaged as if its checksum were wrong.
    }
  }

  /** Holds image and log against each other; the log is right where it has a node's whole life. */
  private void judge() {
    for (UUID id : damagedNodes) {
      damaged(
          "datablock "
              + id
              + (log.knows(id) ? " is damaged, the log has it" : " is damaged and lost"));
    }
    for (UUID id : log.known()) {
      Node expected = log.node(id);
      Node held = nodes.get(id);
      boolean same = expected == null ? held == null : expected.equals(held);
      if (!same && !damagedNodes.contains(id)) {
        damaged("datablock " + id + " differs from what the log says");
      }
      if (expected == null) {
        nodes.remove(id);
      } else {
        nodes.put(id, expected);
      }
    }
  }

  /** Part of the work on a damaged file; it may throw anything and stop there. */
  interface Part {
    void run() throws SQLException;
  }

  private void part(String what, Part part) {
    try {
      part.run();
    } catch (SQLException | IllegalArgumentException | BufferUnderflowException e) {
      damaged(what + " cannot all be read: " + e.getMessage());
    }
  }

  private void damaged(String what) {
    if (damage.size() < MOST_FINDINGS) {
      damage.add(what);
    } else if (damage.size() == MOST_FINDINGS) {
      damage.add("and more");
    }
  }
}
