package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.room.StoreException;

/** Damage is found and told, never served. */
@DisplayName("A session's file")
class SqliteDamageTest {
  private static final UUID AUTHOR = new UUID(1, 1);
  private static final Node NODE =
      new Node(new UUID(3, 3), "Mesh", null, 1, 0, Value.Fields.EMPTY, new TreeMap<>());

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void fill() throws Exception {
    file = folder.resolve("main.session");
    try (RoomStore store = open()) {
      store.save(
          List.of(
              new StoreChange.SaveHeader(
                  new StoreChange.Header(new UUID(7, 7), SessionState.ACTIVE, "4.3", null)),
              line(1),
              line(2),
              new StoreChange.PutNode(NODE),
              new StoreChange.Checkpoint(2),
              line(3),
              line(4),
              line(5)));
    }
  }

  @Test
  @DisplayName("[DU5] a flipped byte in a line that only late subscribers need is not served")
  void oldLine() throws Exception {
    sql("UPDATE log SET bytes = x'0102' WHERE sequence = 2");
    try (RoomStore store = open()) {
      assertEquals(3, store.load().tail().size());
      assertEquals(1, store.read(1, 10_000).size());
      assertEquals(List.of(), store.read(2, 10_000), "a snapshot does instead (SU1)");
    }
  }

  @Test
  @DisplayName("[DU5] damage behind the image keeps the session shut, and says from which number")
  void newLine() throws Exception {
    sql("UPDATE log SET counter = 9 WHERE sequence = 4");
    try (RoomStore store = open()) {
      StoreException failure = assertThrows(StoreException.class, store::load);
      assertTrue(failure.getMessage().contains("from number 4 on"), failure.getMessage());
    }
    sql("DELETE FROM log WHERE sequence <= 4");
    try (RoomStore store = open()) {
      StoreException failure = assertThrows(StoreException.class, store::load);
      assertTrue(failure.getMessage().contains("from number 3 on"), failure.getMessage());
    }
  }

  @Test
  @DisplayName("[DU5] a damaged datablock is found")
  void node() throws Exception {
    sql("UPDATE node SET sum = sum + 1");
    try (RoomStore store = open()) {
      StoreException failure = assertThrows(StoreException.class, store::load);
      assertTrue(failure.getMessage().contains(NODE.id().toString()), failure.getMessage());
    }
  }

  @Test
  @DisplayName("a file of form 1 is brought to the present form, with checksums")
  void migrates() throws Exception {
    for (String sql :
        List.of(
            "ALTER TABLE log DROP COLUMN sum",
            "ALTER TABLE node DROP COLUMN sum",
            "ALTER TABLE checkpoint DROP COLUMN previous",
            "DROP TABLE identity",
            "DROP TABLE role",
            "PRAGMA user_version=1")) {
      sql(sql);
    }
    for (int i = 0; i < 2; i++) {
      try (RoomStore store = open()) {
        RoomStore.Stored stored = store.load();
        assertEquals(List.of(NODE), stored.nodes());
        assertEquals(3, stored.tail().size());
        assertEquals(5, store.read(1, 10_000).size());
      }
    }
    sql("PRAGMA user_version=99");
    assertThrows(StoreException.class, this::open);
  }

  private RoomStore open() throws StoreException {
    return new SqliteStore(file, SqliteStoreTest.CODEC, Durability.FULL);
  }

  private static StoreChange line(long sequence) {
    return new StoreChange.Append(
        new StoreChange.Entry(sequence, AUTHOR, sequence, new byte[] {1, 2, (byte) sequence}));
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
