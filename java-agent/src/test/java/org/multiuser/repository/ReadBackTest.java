package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** What Blender tells of changes that it applied while the rest of their batch still waits. */
class ReadBackTest {
  private static final UUID NODE = new UUID(2, 2);

  private long sequence;
  private final Repository repository = new Repository(new UUID(1, 1), () -> 1, PendingStore.NONE);

  @BeforeEach
  void together() {
    TreeMap<String, Buffer> buffers =
        new TreeMap<>(Map.of("rows", new Buffer(DataType.INT8, 3, 1, new byte[] {1, 2, 3})));
    repository.snapshot(
        new UUID(3, 3), 0, List.of(new Node(NODE, "Mesh", null, 0, 7, tree("Cube"), buffers)));
    repository.caughtUp(0);
    repository.done(repository.take(1000).orElseThrow().number());
  }

  @Test
  @DisplayName("[BR21] rows that others changed are no edit, once Blender tells of any path")
  void rowsOfOthers() {
    fromOther(
        new Operation.ReplaceBuffer("rows", new Buffer(DataType.INT8, 3, 1, new byte[] {1, 2, 9})));
    assertTrue(repository.take(1000).isPresent());
    repository.submit(List.of(base(null, "Cube")));
    repository.submit(List.of(full("Ball", 1, 2, 9)));
    assertEquals(
        List.of(new Operation.Set(Path.of("name"), new Value.Text("Ball"))),
        repository.unsent().orElseThrow().operations());
  }

  @Test
  @DisplayName("[BR21] what was deleted and brought back before its batch is done comes to be anew")
  void broughtBack() {
    fromOther(new Operation.Delete());
    int batch = repository.take(1000).orElseThrow().number();
    repository.submit(List.of(base(Value.Fields.EMPTY, null)));
    repository.submit(List.of(full("Cube", 1, 2, 3)));
    repository.done(batch);
    Commit commit = repository.unsent().orElseThrow();
    assertInstanceOf(Operation.Create.class, commit.operations().get(0));
    assertEquals(tree("Cube"), repository.node(NODE).orElseThrow().properties());
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName("[BR25] what Blender did by itself does not say that a change was applied")
  void consequence() {
    fromOther(new Operation.Set(Path.of("name"), new Value.Text("Ball")));
    int batch = repository.take(1000).orElseThrow().number();
    repository.submit(List.of(named(Capture.Kind.CONSEQUENCE, "size", "2")));
    repository.submit(List.of(full(Map.of("name", "Cube", "size", "2"), 1, 2, 3)));
    assertTrue(repository.unsent().isEmpty(), "what Blender held before the change is no edit");
    repository.submit(List.of(named(Capture.Kind.BASE, "name", "Ball")));
    repository.done(batch);
    repository.submit(List.of(full(Map.of("name", "Ball", "size", "2"), 1, 2, 3)));
    assertTrue(repository.unsent().isEmpty());
    assertEquals(tree("Ball"), repository.node(NODE).orElseThrow().properties());
    assertTrue(repository.take(1000).isEmpty());
  }

  private void fromOther(Operation step) {
    sequence++;
    Commit commit = new Commit(new UUID(1, 2), sequence, NODE, 7, 0, List.of(step));
    repository.entry(new LogEntry.Committed(sequence, commit));
  }

  private static Capture base(Value.Fields tree, String name) {
    List<Capture.PathValue> paths =
        name == null
            ? List.of()
            : List.of(new Capture.PathValue(Path.of("name"), new Value.Text(name)));
    return new Capture(
        NODE, "Mesh", Capture.Kind.BASE, tree, paths, List.of(), Map.of(), false, false, Set.of());
  }

  private static Capture named(Capture.Kind kind, String key, String value) {
    List<Capture.PathValue> paths =
        List.of(new Capture.PathValue(Path.of(key), new Value.Text(value)));
    return new Capture(
        NODE, "Mesh", kind, null, paths, List.of(), Map.of(), false, false, Set.of());
  }

  private static Capture full(String name, int... rows) {
    return full(Map.of("name", name), rows);
  }

  private static Capture full(Map<String, String> properties, int... rows) {
    byte[] bytes = new byte[rows.length];
    for (int row = 0; row < rows.length; row++) {
      bytes[row] = (byte) rows[row];
    }
    return Capture.full(
        NODE,
        "Mesh",
        tree(properties),
        Map.of("rows", new Capture.Array(DataType.INT8, 3, 1, ByteBuffer.wrap(bytes))));
  }

  private static Value.Fields tree(String name) {
    return tree(Map.of("name", name));
  }

  private static Value.Fields tree(Map<String, String> properties) {
    TreeMap<String, Value> values = new TreeMap<>();
    properties.forEach((key, value) -> values.put(key, new Value.Text(value)));
    return new Value.Fields(values);
  }
}
