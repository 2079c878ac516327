package org.multiuser.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Held;

/** What is left of the journal of what Blender holds, whatever happened to agent and file. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FileHeldStoreTest {
  private static final UUID ID = new UUID(7, 7);
  private static final long SLACK_BYTES = 1 << 20;

  @TempDir private Path folder;
  private Map<UUID, Held> known;

  @Test
  @DisplayName("[BR5] what was kept is there after the agent was killed, each node as it was last")
  void survives() throws Exception {
    Random random = new Random(5);
    Map<UUID, Held> all = new HashMap<>();
    FileHeldStore store = open();
    for (int i = 0; i < 2_000; i++) {
      UUID id = new UUID(9, random.nextInt(40));
      Held now = next(id, all.getOrDefault(id, Held.NOTHING), random);
      store.keep(id, now);
      all.put(id, now);
      if (random.nextInt(3) == 0) {
        store.flush();
      }
    }
    store.flush();
    all.values().removeIf(Held::isNothing);
    assertEquals(all, known());
  }

  @Test
  @DisplayName("[BR5] a torn record at the end is cut off, and the journal goes on in its place")
  void torn() throws Exception {
    FileHeldStore store = open();
    long second = 0;
    for (int i = 1; i <= 3; i++) {
      second = Files.size(file());
      keep(store, node(ID, 0, i, i));
    }
    byte[] whole = Files.readAllBytes(file());
    for (int length = (int) second; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      FileHeldStore next = open();
      assertEquals(Map.of(ID, new Held(node(ID, 0, 2, 2), null)), known);
      keep(next, node(ID, 0, 9, 9));
      assertEquals(Map.of(ID, new Held(node(ID, 0, 9, 9), null)), known());
    }
  }

  @Test
  @DisplayName("[BR5] nothing is believed that stands behind a damaged record")
  void damaged() throws Exception {
    FileHeldStore store = open();
    keep(store, node(ID, 0, 1, 1));
    int first = (int) Files.size(file());
    keep(store, node(ID, 0, 2, 2));
    keep(store, node(new UUID(7, 8), 0, 3, 3));
    byte[] bytes = Files.readAllBytes(file());
    bytes[first + HeldRecords.HEAD_BYTES + 20] ^= 0x55;
    Files.write(file(), bytes);
    assertEquals(Map.of(ID, new Held(node(ID, 0, 1, 1), null)), known());

    Files.write(file(), new byte[100]);
    assertEquals(Map.of(), known());
  }

  @Test
  @DisplayName("[BR5] the journal stays within twice what it holds, and some slack")
  void compacts() throws Exception {
    FileHeldStore store = open();
    Random random = new Random(3);
    Held last = Held.NOTHING;
    for (int i = 0; i < 60; i++) {
      byte[] noise = new byte[400_000];
      random.nextBytes(noise);
      last = held(noise);
      store.keep(ID, last);
      store.flush();
      assertTrue(Files.size(file()) < SLACK_BYTES + 3L * noise.length);
    }
    assertEquals(Map.of(ID, last), known());
  }

  @Test
  @DisplayName("[BR5] what an edit costs in the journal follows the edit")
  void small() throws Exception {
    FileHeldStore store = open();
    byte[] rows = new byte[1 << 20];
    store.keep(ID, held(rows));
    store.flush();
    long before = Files.size(file());
    byte[] moved = rows.clone();
    moved[77] = 1;
    store.keep(ID, held(moved));
    store.flush();
    assertTrue(Files.size(file()) - before < 200);
  }

  @Test
  @DisplayName("[BR5] after leaving, and when the agent ends in order, nothing stays")
  void ends() throws Exception {
    FileHeldStore store = open();
    keep(store, node(ID, 0, 1, 1));
    store.clear();
    store.flush();
    assertEquals(Map.of(), known());
    store.close();
    assertFalse(Files.exists(file()));
  }

  @Test
  @DisplayName("[BR5] a folder that cannot be written stops the journal alone")
  void noFolder() throws IOException {
    Path blocked = folder.resolve("file");
    Files.writeString(blocked, "no folder");
    FileHeldStore store = new FileHeldStore(blocked, bulk(), SLACK_BYTES);
    assertEquals(Map.of(), store.start());
    store.keep(ID, new Held(node(ID, 0, 1, 1), null));
    store.close();
  }

  private Path file() {
    return folder.resolve("held.log");
  }

  /** What an agent that is started now finds. */
  private Map<UUID, Held> known() {
    open();
    return known;
  }

  private FileHeldStore open() {
    FileHeldStore store = new FileHeldStore(folder, bulk(), SLACK_BYTES);
    known = store.start();
    return store;
  }

  private static BulkCodec bulk() {
    return new BulkCodec(new ZstdCompressor());
  }

  private static void keep(FileHeldStore store, Node node) throws InterruptedException {
    store.keep(node.id(), new Held(node, null));
    store.flush();
  }

  private static Held next(UUID id, Held was, Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> Held.NOTHING;
      case 1 -> new Held(null, node(id, random));
      case 2 -> new Held(node(id, random), node(id, random));
      case 3 -> was.coming() == null ? was : new Held(was.coming(), null);
      default -> new Held(node(id, random), null);
    };
  }

  private static Held held(byte[] rows) {
    Buffer buffer = new Buffer(DataType.UINT8, rows.length, 1, rows);
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows", buffer));
    return new Held(new Node(ID, "Mesh", null, 0, 4, tree(0), buffers), null);
  }

  private static Node node(UUID id, Random random) {
    return node(id, random.nextInt(3), random.nextInt(4), random.nextInt(4), random.nextInt(9));
  }

  private static Node node(UUID id, long structure, int x, int... rows) {
    byte[] bytes = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      bytes[i] = (byte) rows[i];
    }
    Buffer buffer = new Buffer(DataType.UINT8, rows.length, 1, bytes);
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows" + rows[0] % 2, buffer));
    String type = x == 3 ? "Curve" : "Mesh";
    return new Node(id, type, null, 0, structure, tree(x), buffers);
  }

  private static Value.Fields tree(int x) {
    return new Value.Fields(new TreeMap<>(Map.of("x", new Value.Int(x))));
  }
}
