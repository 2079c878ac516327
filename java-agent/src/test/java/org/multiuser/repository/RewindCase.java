package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** One artist's replica beside a Blender and a server that the test plays, for undo in it. */
abstract class RewindCase {
  private static final UUID ME = new UUID(1, 1);
  static final UUID OTHER = new UUID(1, 2);
  static final UUID NODE = new UUID(2, 2);
  static final UUID INCARNATION = new UUID(3, 3);

  private long tokens = 100;
  long sequence;
  private long othersCounter;
  final Map<UUID, Held> held = new HashMap<>();
  Repository repository = new Repository(ME, () -> ++tokens, PendingStore.NONE, held::put);

  /** Everybody, Blender too, holds one node: a=1, b=1 and three rows. */
  @BeforeEach
  void together() {
    repository.snapshot(INCARNATION, 0, List.of(node(0, 1, 1)));
    repository.caughtUp(0);
    apply();
  }

  static Node node(long revision, int a, int b) {
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows", buffer(1, 2, 3)));
    return new Node(NODE, "Mesh", null, revision, 7, tree(Map.of("a", a, "b", b)), buffers);
  }

  /** The agent dies and another one goes on from what it kept (BR5). */
  void restart() {
    repository = new Repository(ME, () -> ++tokens, PendingStore.NONE, held::put);
    repository.restore(INCARNATION, List.of());
    repository.restoreHeld(Map.copyOf(held));
  }

  Commit last() {
    Commit found = null;
    for (Commit next; repository.unsent().isPresent(); repository.sent(next.counter())) {
      next = repository.unsent().get();
      found = next;
    }
    return found;
  }

  void undo(Map<String, Integer> tree, int... rows) {
    repository.submit(List.of(full(tree, rows).asRewound()));
  }

  void structural(int... rows) {
    repository.submit(List.of(topological(rows)));
  }

  void structuralOf(String name, int... rows) {
    Capture it = topological(rows);
    Map<String, Capture.Array> buffers = Map.of(name, it.buffers().get("rows"));
    repository.submit(List.of(Capture.full(NODE, "Mesh", it.properties(), buffers)));
  }

  void undoStructural(int... rows) {
    repository.submit(List.of(topological(rows).asRewound()));
  }

  static Capture topological(int... rows) {
    Capture it = full(Map.of("a", 1, "b", 1), rows);
    return new Capture(
        NODE,
        "Mesh",
        it.kind(),
        it.properties(),
        List.of(),
        List.of(),
        it.buffers(),
        true,
        true,
        Set.of("rows"));
  }

  static Operation patch(int row, int value) {
    return new Operation.PatchBuffer(
        "rows", new BufferPatch(3, 1, new int[] {row}, new int[] {1}, new byte[] {(byte) value}));
  }

  // --- the played Blender and server ---

  void edit(Map<String, Integer> tree, int... rows) {
    repository.submit(List.of(full(tree, rows)));
  }

  void fromOther(long newStructure, Operation... steps) {
    Commit commit = new Commit(OTHER, ++othersCounter, NODE, 0, newStructure, List.of(steps));
    repository.entry(new LogEntry.Committed(++sequence, commit));
  }

  void fromOther(UUID node, Operation step) {
    Commit commit = new Commit(OTHER, ++othersCounter, node, 0, 0, List.of(step));
    repository.entry(new LogEntry.Committed(++sequence, commit));
  }

  /** The artist makes a node, and the server takes it. */
  void made(UUID id, Map<String, Value> tree) {
    Value.Fields fields = new Value.Fields(new TreeMap<>(tree));
    repository.submit(List.of(Capture.full(id, "Mesh", fields, Map.of())));
    repository.ownEntry(++sequence, last().counter());
  }

  Change.Part part() {
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertEquals(1, batch.changes().size());
    return assertInstanceOf(Change.Part.class, batch.changes().get(0));
  }

  void apply() {
    repository.take(1000).ifPresent(batch -> repository.done(batch.number()));
  }

  Value.Fields properties() {
    return repository.node(NODE).orElseThrow().properties();
  }

  byte[] rows() {
    return repository.node(NODE).orElseThrow().buffers().get("rows").bytes();
  }

  static Capture full(Map<String, Integer> tree, int... rows) {
    Buffer buffer = buffer(rows);
    ByteBuffer bytes = ByteBuffer.wrap(buffer.bytes());
    Capture.Array array = new Capture.Array(DataType.UINT8, rows.length, 1, bytes);
    return Capture.full(NODE, "Mesh", tree(tree), Map.of("rows", array));
  }

  /** A read-back of the whole tree (BR21). */
  static Capture base(Value.Fields tree) {
    return new Capture(
        NODE,
        "Mesh",
        Capture.Kind.BASE,
        tree,
        List.of(),
        List.of(),
        Map.of(),
        false,
        false,
        Set.of());
  }

  static Operation set(String key, int value) {
    return new Operation.Set(path(key), new Value.Int(value));
  }

  static Path path(String key) {
    return new Path(List.of(key));
  }

  static Value.Fields tree(Map<String, Integer> values) {
    TreeMap<String, Value> tree = new TreeMap<>();
    values.forEach((key, value) -> tree.put(key, new Value.Int(value)));
    return new Value.Fields(tree);
  }

  static Buffer buffer(int... rows) {
    byte[] bytes = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      bytes[i] = (byte) rows[i];
    }
    return new Buffer(DataType.UINT8, rows.length, 1, bytes);
  }
}
