package org.multiuser.protocol.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.Generator;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

class DiffTest {
  private static final UUID ID = new UUID(1, 1);

  private static Node node(Value.Fields properties, Buffer buffer) {
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    if (buffer != null) {
      buffers.put("b", buffer);
    }
    return new Node(ID, "Mesh", null, 1, 0, properties, buffers);
  }

  private static Node apply(Node node, List<Operation> steps) {
    return Applier.apply(node, new Commit(ID, 1, ID, 0, 0, steps), 1);
  }

  @Test
  @DisplayName("[CM7] a tree diff applied to the old tree gives the new one")
  void trees() {
    for (long seed : Generator.seeds(3000)) {
      Generator random = new Generator(seed);
      Value.Fields old = random.fields(5);
      Value changed = random.changed(old, 5);
      Value.Fields now = changed instanceof Value.Fields fields ? fields : random.fields(5);
      List<Operation> steps = TreeDiff.between(old, now);
      assertEquals(now, apply(node(old, null), steps).properties(), "seed " + seed);
      assertEquals(List.of(), TreeDiff.between(now, now), "seed " + seed);
      Value.Fields copy = new Value.Fields(new TreeMap<>(now.values()));
      assertEquals(List.of(), TreeDiff.between(now, copy), "seed " + seed);
    }
  }

  @Test
  @DisplayName("[CM7] a diff names what changed and nothing else")
  void small() {
    Value.Fields old = tree(1, "a", "b", "c", "d");
    Operation set = new Operation.Set(Path.of("stack", "b", "n"), new Value.Int(2));
    assertEquals(List.of(set), TreeDiff.between(old, with(old, "b", 2)));
    assertEquals(
        List.of(new Operation.Order(Path.of("stack"), List.of("d"))),
        TreeDiff.between(old, tree(1, "d", "a", "b", "c")));
    assertEquals(
        List.of(
            new Operation.Remove(Path.of("stack", "c")),
            new Operation.Set(Path.of("stack", "e"), item(1)),
            new Operation.Order(Path.of("stack"), List.of("a", "e"))),
        TreeDiff.between(old, tree(1, "a", "e", "b", "d")));
  }

  private static Value.Fields item(int n) {
    return new Value.Fields(new TreeMap<>(Map.of("n", new Value.Int(n))));
  }

  private static Value.Fields tree(int n, String... keys) {
    LinkedHashMap<String, Value> items = new LinkedHashMap<>();
    for (String key : keys) {
      items.put(key, item(n));
    }
    return new Value.Fields(new TreeMap<>(Map.of("stack", new Value.Keyed(items))));
  }

  private static Value.Fields with(Value.Fields tree, String key, int n) {
    Operation set = new Operation.Set(Path.of("stack", key), item(n));
    return apply(node(tree, null), List.of(set)).properties();
  }

  @Test
  @DisplayName("[BU5] a buffer diff applied to the old buffer gives the new one")
  void buffers() {
    for (long seed : Generator.seeds(3000)) {
      Generator random = new Generator(seed);
      Buffer old = random.below(8) == 0 ? null : random.buffer();
      Buffer shape = old == null || random.below(8) == 0 ? random.buffer() : old;
      byte[] bytes = random.changed(shape);
      ByteBuffer now = ByteBuffer.wrap(bytes);
      Optional<Operation> step =
          BufferDiff.between("b", old, now, shape.type(), shape.rows(), shape.columns());
      Node after = apply(node(Value.Fields.EMPTY, old), step.stream().toList());
      assertArrayEquals(bytes, after.buffers().get("b").bytes(), "seed " + seed);
      assertEquals(0, now.position());
    }
  }

  @Test
  @DisplayName("[BU5] one changed row of a million is one row on the wire; many are a replacement")
  void oneRow() {
    int rows = 1_000_000;
    Buffer old = new Buffer(DataType.FLOAT32, rows, 3, new byte[rows * 12]);
    ByteBuffer now = ByteBuffer.allocateDirect(rows * 12);
    assertTrue(diff(old, now).isEmpty());
    now.put(777_777 * 12 + 5, (byte) 1);
    BufferPatch expected =
        new BufferPatch(
            rows,
            12,
            new int[] {777_777},
            new int[] {1},
            new byte[] {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    assertEquals(Optional.of(new Operation.PatchBuffer("b", expected)), diff(old, now));
    for (int row = 0; row < rows; row += 2) {
      now.put(row * 12, (byte) 1);
    }
    assertInstanceOf(Operation.ReplaceBuffer.class, diff(old, now).orElseThrow());
  }

  private static Optional<Operation> diff(Buffer old, ByteBuffer now) {
    return BufferDiff.between("b", old, now, old.type(), old.rows(), old.columns());
  }

  @Test
  @DisplayName("[BU1] bytes that do not fill the declared shape are refused")
  void wrongSize() {
    ByteBuffer bytes = ByteBuffer.allocate(7);
    assertThrows(
        IllegalArgumentException.class,
        () -> BufferDiff.between("b", null, bytes, DataType.INT32, 2, 1));
  }

  @Test
  @DisplayName("[CM7] any commit can be applied to any node")
  void total() {
    for (long seed : Generator.seeds(3000)) {
      Generator random = new Generator(seed);
      Node node = random.node();
      List<Commit> commits = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        commits.add(random.commit(node));
      }
      Node one = random.below(3) == 0 ? null : node;
      Node other = one;
      for (Commit commit : commits) {
        Form.check(one, commit);
        one = Applier.apply(one, commit, 3);
        other = Applier.apply(other, commit, 3);
      }
      assertEquals(one, other, "seed " + seed);
    }
  }
}
