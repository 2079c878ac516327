package org.multiuser.protocol.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

class ApplierTest {
  private static final UUID NODE = new UUID(0, 1);
  private static final UUID AUTHOR = new UUID(0, 2);

  private static Buffer buffer(int... rows) {
    byte[] bytes = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      bytes[i] = (byte) rows[i];
    }
    return new Buffer(DataType.UINT8, rows.length, 1, bytes);
  }

  private static Commit commit(Operation... steps) {
    return new Commit(AUTHOR, 1, NODE, 0, 0, List.of(steps));
  }

  private static Value.Fields fields(Object... keysAndValues) {
    Map<String, Value> values = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put((String) keysAndValues[i], (Value) keysAndValues[i + 1]);
    }
    return new Value.Fields(new TreeMap<>(values));
  }

  private static Value.Keyed keyed(String... keys) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (String key : keys) {
      values.put(key, fields("name", new Value.Text(key)));
    }
    return new Value.Keyed(values);
  }

  private static Node node(Value.Fields properties) {
    return new Node(NODE, "Mesh", null, 1, 0, properties, new TreeMap<>());
  }

  private static Value.Fields after(Value.Fields properties, Operation... steps) {
    return Applier.apply(node(properties), commit(steps), 2).properties();
  }

  @Test
  @DisplayName("[CM7] a set whose parent is missing or cannot be entered does nothing")
  void setWithoutParent() {
    Value.Fields tree = fields("a", new Value.Int(1), "i", new Value.Items(List.of()));
    Value one = new Value.Int(7);
    assertEquals(
        tree,
        after(
            tree,
            new Operation.Set(Path.of("x", "y"), one),
            new Operation.Set(Path.of("a", "y"), one),
            new Operation.Set(Path.of("i", "0"), one)));
  }

  @Test
  @DisplayName("[CM7] a set on a key of a keyed list keeps its place, a new key goes to the end")
  void setInKeyed() {
    Value.Fields tree = fields("m", keyed("z", "b"));
    Value.Keyed now =
        (Value.Keyed)
            Values.at(
                    after(
                        tree,
                        new Operation.Set(Path.of("m", "a"), Value.NULL),
                        new Operation.Set(Path.of("m", "z"), Value.NULL),
                        new Operation.Set(Path.of("m", "b", "name"), new Value.Text("new"))),
                    Path.of("m"))
                .orElseThrow();
    assertEquals(List.of("z", "b", "a"), List.copyOf(now.values().keySet()));
    assertEquals(fields("name", new Value.Text("new")), now.values().get("b"));
  }

  @Test
  @DisplayName("[CM7] order brings the named keys that exist first, the others behind as they were")
  void order() {
    Value.Fields tree = fields("m", keyed("a", "b", "c", "d"));
    List<String> keys = List.of("d", "nowhere", "b", "d");
    assertEquals(
        fields("m", keyed("d", "b", "a", "c")),
        after(tree, new Operation.Order(Path.of("m"), keys)));
    assertEquals(tree, after(tree, new Operation.Order(Path.of("m", "a"), List.of("name"))));
    assertEquals(tree, after(tree, new Operation.Order(Path.of("x"), List.of("name"))));
  }

  @Test
  @DisplayName("[CM7] steps of one commit see what the steps before them did")
  void stepsFollowEachOther() {
    assertEquals(
        fields("a", fields("c", Value.NULL)),
        after(
            fields(),
            new Operation.Set(Path.of("a"), fields("b", Value.NULL)),
            new Operation.Set(Path.of("a", "c"), Value.NULL),
            new Operation.Remove(Path.of("a", "b"))));
    assertEquals(
        fields("a", Value.NULL),
        after(
            fields("a", fields("b", Value.NULL)),
            new Operation.Set(Path.of("a", "b"), fields()),
            new Operation.Set(Path.of("a"), Value.NULL),
            new Operation.Set(Path.of("a", "b"), fields())));
  }

  @Test
  @DisplayName("[CM7] a patch changes its rows and leaves the commit's and the old node's bytes")
  void patch() {
    Buffer buffer = new Buffer(DataType.UINT8, 3, 2, new byte[] {1, 2, 3, 4, 5, 6});
    Node old = Applier.apply(node(fields()), commit(new Operation.ReplaceBuffer("b", buffer)), 2);
    byte[] nine = {9, 9};
    BufferPatch patch = new BufferPatch(3, 2, new int[] {1}, new int[] {1}, nine);
    BufferPatch foreign = new BufferPatch(4, 2, new int[] {1}, new int[] {1}, nine);
    Node now =
        Applier.apply(
            old,
            commit(
                new Operation.PatchBuffer("b", patch),
                new Operation.PatchBuffer("b", foreign),
                new Operation.PatchBuffer("none", patch)),
            3);
    assertEquals(
        new Buffer(DataType.UINT8, 3, 2, new byte[] {1, 2, 9, 9, 5, 6}), now.buffers().get("b"));
    assertSame(buffer, old.buffers().get("b"));
    assertEquals(5, buffer.bytes()[4]);
    assertEquals(3, now.revision());
  }

  @Test
  @DisplayName("[CM6] create, delete, create again; form is checked against what is there")
  void life() {
    Operation create = new Operation.Create("Mesh", fields());
    Node made = Applier.apply(null, commit(create), 5);
    assertEquals(new Node(NODE, "Mesh", null, 5, 0, fields(), new TreeMap<>()), made);
    assertNull(Applier.apply(made, commit(new Operation.Delete()), 6));
    assertEquals(Optional.of(ErrorCode.NODE_EXISTS), Form.check(made, commit(create)));
    assertEquals(
        Optional.of(ErrorCode.NO_SUCH_NODE), Form.check(null, commit(new Operation.Delete())));
    assertEquals(Optional.empty(), Form.check(null, commit(create)));
    assertEquals(
        Optional.of(ErrorCode.BAD_MESSAGE),
        Form.check(made, commit(new Operation.Delete(), new Operation.RemoveBuffer("x"))));
    assertEquals(
        Optional.of(ErrorCode.BAD_MESSAGE),
        Form.check(null, commit(new Operation.Remove(Path.of("x")), create)));
  }

  @Test
  @DisplayName("[CM10] an empty commit is refused")
  void empty() {
    assertEquals(Optional.of(ErrorCode.BAD_MESSAGE), Form.check(node(fields()), commit()));
  }

  @Test
  @DisplayName("[LM2] a commit after which the node's buffers pass 1 GiB is refused")
  void tooLarge() {
    byte[] shared = new byte[1 << 28];
    Buffer quarter = new Buffer(DataType.UINT8, 1 << 28, 1, shared);
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    List.of("a", "b", "c").forEach(name -> buffers.put(name, quarter));
    Node node = new Node(NODE, "Mesh", null, 1, 0, fields(), buffers);
    Operation fourth = new Operation.ReplaceBuffer("d", quarter);
    Operation fifth = new Operation.ReplaceBuffer("e", quarter);
    assertEquals(Optional.empty(), Form.check(node, commit(fourth)));
    assertEquals(Optional.of(ErrorCode.TOO_LARGE), Form.check(node, commit(fourth, fifth)));
    Operation remove = new Operation.RemoveBuffer("a");
    assertEquals(Optional.empty(), Form.check(node, commit(remove, fourth, fifth)));
  }

  @Test
  @DisplayName("[CM8] buffer steps on another structure are stale, property steps never are")
  void stale() {
    Node node = new Node(NODE, "Mesh", null, 1, 42, fields(), new TreeMap<>());
    Operation remove = new Operation.RemoveBuffer("b");
    Operation set = new Operation.Set(Path.of("a"), Value.NULL);
    assertEquals(Optional.of(ErrorCode.STALE_STRUCTURE), Form.check(node, commit(remove)));
    assertEquals(Optional.empty(), Form.check(node, commit(set)));
    Commit right = new Commit(AUTHOR, 1, NODE, 42, 43, List.of(remove));
    assertEquals(Optional.empty(), Form.check(node, right));
    assertEquals(43, Applier.apply(node, right, 2).structure());
    Commit renamed = new Commit(AUTHOR, 1, NODE, 0, 43, List.of(set));
    assertEquals(Optional.of(ErrorCode.STALE_STRUCTURE), Form.check(node, renamed));
  }

  @Test
  @DisplayName("[CM9] a new structure brings all buffers: what others added before it is gone")
  void otherTopology() {
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    List.of("rows", "added").forEach(name -> buffers.put(name, buffer(1, 2, 3)));
    Node node = new Node(NODE, "Mesh", null, 1, 42, fields(), buffers);
    Operation rows = new Operation.ReplaceBuffer("rows", buffer(1, 2));
    BufferPatch patch = new BufferPatch(3, 1, new int[1], new int[] {1}, new byte[] {9});
    Operation patched = new Operation.PatchBuffer("added", patch);
    Commit commit = new Commit(AUTHOR, 1, NODE, 42, 43, List.of(rows, patched));
    assertEquals(Map.of("rows", buffer(1, 2)), Applier.apply(node, commit, 2).buffers());
    Commit same = new Commit(AUTHOR, 1, NODE, 42, 0, List.of(rows));
    assertEquals(buffer(1, 2, 3), Applier.apply(node, same, 2).buffers().get("added"));
  }

  @Test
  @DisplayName("[CM9, LM2] what a new structure drops does not count")
  void otherTopologyIsLarge() {
    Buffer half = new Buffer(DataType.UINT8, 1 << 29, 1, new byte[1 << 29]);
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("a", half, "b", half));
    Node node = new Node(NODE, "Mesh", null, 1, 42, fields(), buffers);
    List<Operation> other = List.of(new Operation.ReplaceBuffer("c", half));
    Commit added = new Commit(AUTHOR, 1, NODE, 42, 0, other);
    assertEquals(Optional.of(ErrorCode.TOO_LARGE), Form.check(node, added));
    assertEquals(Optional.empty(), Form.check(node, new Commit(AUTHOR, 1, NODE, 42, 43, other)));
  }

  @Test
  @DisplayName("[LO1] an image applies entries in their order alone; [NO2] owner changes count")
  void image() {
    Image image = new Image();
    image.apply(new LogEntry.Committed(1, commit(new Operation.Create("Mesh", fields()))));
    Image.Snapshot before = image.snapshot();
    image.apply(new LogEntry.OwnerChanged(2, AUTHOR, List.of(NODE, AUTHOR), AUTHOR));
    assertEquals(AUTHOR, image.node(NODE).orElseThrow().owner());
    assertEquals(2, image.node(NODE).orElseThrow().revision());
    assertEquals(2, image.sequence());
    assertNull(before.nodes().get(0).owner());
    image.apply(new LogEntry.Committed(3, commit(new Operation.Delete())));
    assertEquals(0, image.nodes().size());
    assertThrows(
        IllegalArgumentException.class,
        () -> image.apply(new LogEntry.Committed(5, commit(new Operation.Delete()))));
  }

  @Test
  @DisplayName("[SN2] nodes come after those they refer to, cycles and long chains included")
  void dependencyOrder() {
    List<Node> chain = new ArrayList<>();
    int length = 20_000;
    for (int i = 0; i < length; i++) {
      Value.Ref next = new Value.Ref(new UUID(0, (i + 1) % length));
      chain.add(new Node(new UUID(0, i), "Object", null, 1, 0, fields("p", next), new TreeMap<>()));
    }
    List<Node> ordered = Dependencies.order(chain);
    assertEquals(length, ordered.size());
    assertEquals(new UUID(0, length - 1), ordered.get(0).id());
    assertEquals(new UUID(0, 0), ordered.get(length - 1).id());
  }
}
