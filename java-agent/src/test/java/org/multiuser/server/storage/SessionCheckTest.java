package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.Replay;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;

/** Checking and repairing files that were damaged on purpose. */
@DisplayName("serve --check and --repair")
class SessionCheckTest {
  private static final Codecs CODECS = Codecs.with(new ZstdCompressor());
  private static final UUID AUTHOR = new UUID(1, 1);
  private static final int LINES = 60;
  private static final int IMAGE_AT = 40;
  private static final int NODES = 10;

  @TempDir Path folder;

  private final Map<UUID, Node> truth = new HashMap<>();
  private Path file;

  @BeforeEach
  void fill() throws Exception {
    file = folder.resolve("main.session");
    List<StoreChange> changes = new ArrayList<>();
    changes.add(
        new StoreChange.SaveHeader(
            new StoreChange.Header(new UUID(7, 7), SessionState.ACTIVE, "4.3", null)));
    changes.add(
        new StoreChange.SaveMember(
            new StoreChange.Member(AUTHOR, "Ann", Role.ADMIN, 1, new byte[] {1})));
    changes.add(new StoreChange.KeepIdentity(new UUID(1, 2), new byte[] {2}));
    changes.add(new StoreChange.Ban(new UUID(1, 3), "Bob"));
    changes.add(new StoreChange.KeepRole("Eve", Role.VIEWER));
    for (int i = 1; i <= LINES; i++) {
      changes.add(commit(i));
      if (i == IMAGE_AT) {
        truth.values().forEach(node -> changes.add(new StoreChange.PutNode(node)));
        changes.add(new StoreChange.Checkpoint(IMAGE_AT));
      }
    }
    try (RoomStore store = open()) {
      store.save(changes);
    }
  }

  @Test
  @DisplayName("[DU10] a good file is well, and the check leaves it as it is")
  void well() throws Exception {
    byte[] before = Files.readAllBytes(file);
    SessionCheck check = new SessionCheck(file, CODECS);
    assertEquals(List.of(), check.damage());
    assertEquals(NODES, check.nodes());
    assertEquals(LINES, check.lines());
    assertEquals("1 to " + LINES, check.numbers());
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)));
  }

  @Test
  @DisplayName("[DU8, DU10] a damaged line that the image has costs nothing; all get a snapshot")
  void oldLine() throws Exception {
    sql("UPDATE log SET bytes = x'00' WHERE sequence = 15");
    SessionCheck check = new SessionCheck(file, CODECS);
    assertTrue(check.damage().toString().contains("line 15"), check.damage().toString());
    assertEquals(0, check.lostFrom());
    Path aside = check.repair();
    assertTrue(Files.exists(aside));
    repaired(truth);
  }

  @Test
  @DisplayName(
      "[DU8, DU10] a damaged line behind the image is lost alone, and said with its number")
  void newLine() throws Exception {
    sql("UPDATE log SET sum = 1 WHERE sequence = 50");
    SessionCheck check = new SessionCheck(file, CODECS);
    assertEquals(50, check.lostFrom());
    assertEquals(1, check.lost());
    check.repair();
    Map<UUID, Node> expected = new HashMap<>();
    for (int i = 1; i <= LINES; i++) {
      if (i != 50) {
        Replay.apply(expected, entry(i));
      }
    }
    repaired(expected);
  }

  @Test
  @DisplayName("[DU10] a damaged datablock, and a wrong one, come from the log again")
  void node() throws Exception {
    sql("UPDATE node SET sum = sum + 1 WHERE rowid = 3");
    sql("DELETE FROM node WHERE rowid = 5");
    SessionCheck check = new SessionCheck(file, CODECS);
    assertEquals(2, check.damage().size(), check.damage().toString());
    check.repair();
    repaired(truth);
  }

  @Test
  @DisplayName("[DU10] bytes flipped anywhere are found; what is repaired opens and is well")
  void flipped() throws Exception {
    Random random = new Random(11);
    byte[] good = Files.readAllBytes(file);
    int found = 0;
    for (int round = 0; round < 40; round++) {
      Files.write(file, good);
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        for (int i = 0; i < 8; i++) {
          bytes.seek(random.nextInt(good.length));
          bytes.write(random.nextInt(256));
        }
      }
      SessionCheck check = new SessionCheck(file, CODECS);
      if (check.damage().isEmpty()) {
        assertEquals(truth, image(), "what was hit is not in use");
      } else {
        found++;
        if (check.isRepairable()) {
          check.repair();
          assertEquals(List.of(), new SessionCheck(file, CODECS).damage());
          open().close();
        }
      }
    }
    assertTrue(found >= 20, "some hit free space alone, but " + found);
  }

  private Map<UUID, Node> image() throws Exception {
    Map<UUID, Node> image = new HashMap<>();
    try (RoomStore store = open()) {
      RoomStore.Stored stored = store.load();
      stored.nodes().forEach(node -> image.put(node.id(), node));
      stored.tail().forEach(e -> Replay.apply(image, CODECS.entries().decode(e.bytes())));
    }
    return image;
  }

  @Test
  @DisplayName("[DU10] a file cut short is found; what is left is saved")
  void cut() throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(file) / 2);
    }
    assertFalse(new SessionCheck(file, CODECS).damage().isEmpty());
    Files.writeString(file, "no database at all ".repeat(500));
    SessionCheck check = new SessionCheck(file, CODECS);
    assertFalse(check.damage().isEmpty());
    assertFalse(check.isRepairable());
  }

  private void repaired(Map<UUID, Node> expected) throws Exception {
    assertEquals(List.of(), new SessionCheck(file, CODECS).damage());
    try (RoomStore store = open()) {
      RoomStore.Stored stored = store.load();
      Map<UUID, Node> nodes = new HashMap<>();
      stored.nodes().forEach(node -> nodes.put(node.id(), node));
      assertEquals(expected, nodes);
      assertEquals(new UUID(7, 7), stored.header().incarnation());
      assertEquals("Ann", stored.members().get(0).name());
      assertEquals(1, stored.identities().size());
      assertEquals(1, stored.bans().size());
      assertEquals(Map.of("Eve", Role.VIEWER), stored.roles());
      assertEquals(LINES, stored.settled().get(AUTHOR), "[CM4] nothing is applied twice");
      assertTrue(stored.imageSequence() >= LINES + 1_000_000);
      assertEquals(List.of(), store.read(LINES, 10_000));
    }
  }

  private RoomStore open() throws Exception {
    return new SqliteStore(file, CODECS.nodes(), Durability.FULL);
  }

  private StoreChange commit(int number) {
    LogEntry.Committed entry = entry(number);
    Replay.apply(truth, entry);
    byte[] commit = CODECS.commits().encode(entry.commit());
    byte[] line = LogEntryCodec.encodeCommitted(number, commit);
    return new StoreChange.Append(new StoreChange.Entry(number, AUTHOR, number, line));
  }

  private static LogEntry.Committed entry(int number) {
    UUID node = new UUID(3, number % NODES);
    Operation step =
        number <= NODES
            ? new Operation.Create("Object", Value.Fields.EMPTY)
            : new Operation.Set(
                org.multiuser.protocol.model.Path.of("key" + number), new Value.Int(number));
    return new LogEntry.Committed(number, new Commit(AUTHOR, number, node, 0, 0, List.of(step)));
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
