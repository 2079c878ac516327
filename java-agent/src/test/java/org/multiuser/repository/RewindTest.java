package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
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
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Undo in a Blender that is played by the test: own work goes back, others' work stays (BR23). */
class RewindTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final UUID NODE = new UUID(2, 2);
  private static final UUID INCARNATION = new UUID(3, 3);

  private long tokens = 100;
  private long sequence;
  private long othersCounter;
  private final Map<UUID, Held> held = new HashMap<>();
  private Repository repository = repository();

  private Repository repository() {
    PendingStore store =
        new PendingStore() {
          @Override
          public void append(Commit commit) {}

          @Override
          public void release(long waited, Commit commit) {}

          @Override
          public void settle(long counter) {}

          @Override
          public void setAside(UUID incarnation) {}
        };
    return new Repository(ME, () -> ++tokens, store, held::put);
  }

  /** Everybody, Blender too, holds one node: a=1, b=1 and three rows. */
  @BeforeEach
  void together() {
    repository.snapshot(INCARNATION, 0, List.of(node(0, 1, 1)));
    repository.caughtUp(0);
    apply();
  }

  private static Node node(long revision, int a, int b) {
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows", buffer(1, 2, 3)));
    return new Node(NODE, "Mesh", null, revision, 7, tree(Map.of("a", a, "b", b)), buffers);
  }

  @Test
  @DisplayName("[BR23] undo of an own value is a new edit, and others' values are put back")
  void paths() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    fromOther(0, set("b", 8));
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(List.of(set("a", 1)), last().operations());
    assertEquals(tree(Map.of("a", 1, "b", 8)), properties());
    assertEquals(List.of(set("b", 8)), part().operations());
  }

  @Test
  @DisplayName("[BR23] of a buffer each row goes its writer's way")
  void rowsApart() {
    edit(Map.of("a", 1, "b", 1), 9, 2, 3);
    fromOther(0, patch(1, 8));
    apply();
    assertArrayEquals(new byte[] {9, 8, 3}, rows());
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertArrayEquals(new byte[] {1, 8, 3}, rows());
    assertArrayEquals(new byte[] {1, 8, 3}, part().buffers().get("rows").bytes());
  }

  @Test
  @DisplayName("[BR23] where undo changes the number of rows, one of others' keeps all of them")
  void otherRowCount() {
    edit(Map.of("a", 1, "b", 1), 9, 8, 7);
    repository.ownEntry(++sequence, last().counter());
    fromOther(0, patch(1, 5));
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2);
    assertEquals(0, repository.pendingCount());
    assertArrayEquals(new byte[] {9, 5, 7}, part().buffers().get("rows").bytes());
  }

  @Test
  @DisplayName("[BR23] what the snapshot brought is somebody else's until it is written here")
  void snapshot() {
    undo(Map.of("a", 7, "b", 7), 1, 2, 4);
    assertEquals(0, repository.pendingCount());
    Change.Part part = part();
    assertEquals(List.of(set("a", 1), set("b", 1)), part.operations());
    assertArrayEquals(new byte[] {1, 2, 3}, part.buffers().get("rows").bytes());
  }

  @Test
  @DisplayName("[BR23] a value that others wrote before an own pending commit is this artist's")
  void pendingIsLast() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    fromOther(0, set("a", 8));
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(List.of(set("a", 1)), last().operations());
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName("[BR23] undo takes away own nodes alone; one that others wrote to comes back")
  void deletes() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh").asRewound()));
    assertEquals(0, repository.pendingCount());
    Change.Batch batch = repository.take(1000).orElseThrow();
    Change.Whole whole = assertInstanceOf(Change.Whole.class, batch.changes().get(0));
    assertFalse(whole.exists());
    repository.done(batch.number());
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    edit(Map.of("a", 1, "b", 1), 1); // made here
    repository.submit(List.of(Capture.delete(NODE, "Mesh").asRewound()));
    assertEquals(List.of(new Operation.Delete()), last().operations());
  }

  @Test
  @DisplayName(
      "[BR23, BR21] a whole on its way makes what undo took away; others' delete takes it again")
  void goneBeforeAWhole() {
    repository.whole(NODE);
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(Capture.delete(NODE, "Mesh").asRewound()));
    fromOther(0, new Operation.Delete());
    repository.submit(List.of(base(tree(Map.of("a", 1, "b", 1)))));
    repository.done(batch.number());
    batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Delete.class, batch.changes().get(0));
    assertEquals(0, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR23, BR21] a part on its way to what undo took away does not make it: a new does")
  void goneBeforeAPart() {
    fromOther(0, set("b", 8));
    assertTrue(repository.take(1000).isPresent());
    repository.submit(List.of(Capture.delete(NODE, "Mesh").asRewound()));
    Change.Batch batch = repository.take(1000).orElseThrow();
    Change.Whole whole = assertInstanceOf(Change.Whole.class, batch.changes().get(0));
    assertFalse(whole.exists());
    assertEquals(tree(Map.of("a", 1, "b", 8)), whole.properties());
  }

  @Test
  @DisplayName("[BR23] what others' work stands on comes back with it, or is not taken from it")
  void ground() {
    UUID kept = new UUID(5, 1);
    UUID data = new UUID(5, 2);
    UUID color = new UUID(5, 3);
    UUID alone = new UUID(5, 4);
    made(alone, Map.of());
    made(color, Map.of());
    made(data, Map.of("color", new Value.Ref(color)));
    made(kept, Map.of("data", new Value.Ref(data), "size", new Value.Int(1)));
    fromOther(kept, new Operation.Set(Path.of("size"), new Value.Int(2)));
    apply();
    for (List<UUID> step : List.of(List.of(kept), List.of(alone, color, data))) {
      repository.submit(step.stream().map(id -> Capture.delete(id, "Mesh").asRewound()).toList());
    }
    assertTrue(repository.node(alone).isEmpty(), "nobody needs it");
    assertEquals(
        List.of(color, data, kept),
        repository.take(1 << 20).orElseThrow().changes().stream().map(Change::id).toList());
  }

  @Test
  @DisplayName(
      "[BR23] what others refer to stays; what this artist made refer to it does not hold it")
  void referredTo() {
    UUID theirs = new UUID(5, 1);
    UUID mine = new UUID(5, 2);
    made(theirs, Map.of());
    made(mine, Map.of());
    fromOther(0, new Operation.Set(Path.of("user"), new Value.Ref(theirs)));
    apply();
    repository.submit(
        List.of(
            Capture.part(
                NODE,
                "Mesh",
                List.of(new Capture.PathValue(Path.of("own"), new Value.Ref(mine))),
                List.of())));
    repository.submit(
        List.of(
            Capture.delete(theirs, "Mesh").asRewound(), Capture.delete(mine, "Mesh").asRewound()));
    assertTrue(repository.node(mine).isEmpty());
    assertTrue(repository.node(theirs).isPresent());
    assertInstanceOf(Change.Whole.class, repository.take(1000).orElseThrow().changes().get(0));
  }

  @Test
  @DisplayName("[BR23] what others deleted and undo brought back goes again")
  void comesBack() {
    fromOther(0, new Operation.Delete());
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Delete.class, batch.changes().get(0));
    repository.done(batch.number());
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName(
      "[BR23] what others deleted goes, be it undone meanwhile, and comes if it is made anew")
  void undoneBeforeItGoes() {
    fromOther(0, new Operation.Delete());
    Change.Batch batch = repository.take(1000).orElseThrow();
    undo(Map.of("a", 2, "b", 1), 1, 2, 3);
    fromOther(
        9,
        new Operation.Create("Mesh", tree(Map.of("a", 2, "b", 1))),
        new Operation.ReplaceBuffer("rows", buffer(1, 2, 3)));
    repository.done(batch.number());
    batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Whole.class, batch.changes().get(0));
  }

  @Test
  @DisplayName("[BR23] what this artist deleted is made again by undo")
  void ownDelete() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertInstanceOf(Operation.Create.class, last().operations().get(0));
  }

  @Test
  @DisplayName("[BR23, CM9] an own topology goes back; one that others worked on since stays")
  void topology() {
    structural(1, 2, 3, 4);
    Commit mine = last();
    repository.sent(mine.counter());
    repository.ownEntry(++sequence, mine.counter());
    undoStructural(1, 2, 3);
    assertArrayEquals(new byte[] {1, 2, 3}, rows());
    Commit back = last();
    repository.sent(back.counter());
    repository.ownEntry(++sequence, back.counter());
    fromOther(0, patch(1, 8));
    apply();
    undoStructural(1, 2, 3, 4);
    assertEquals(0, repository.pendingCount());
    Change.Part part = part();
    assertTrue(part.structure());
    assertArrayEquals(new byte[] {1, 8, 3}, part.buffers().get("rows").bytes());
  }

  @Test
  @DisplayName("[BR23, AC3] what was refused is not this artist's, though it was tried")
  void refused() {
    edit(Map.of("a", 5, "b", 1), 9, 2, 3);
    repository.refused(last().counter(), ErrorCode.NOT_OWNER, "held", OTHER);
    apply();
    undo(Map.of("a", 3, "b", 1), 8, 2, 3);
    assertEquals(0, repository.pendingCount());
    Change.Part part = part();
    assertEquals(List.of(set("a", 1)), part.operations());
    assertArrayEquals(new byte[] {1, 2, 3}, part.buffers().get("rows").bytes());
  }

  @Test
  @DisplayName(
      "[BR23, AC3] what others made is theirs also while an own making of it waits for its refusal")
  void madeByBoth() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    repository.ownEntry(++sequence, last().counter());
    edit(Map.of("a", 3, "b", 1), 1, 2, 3);
    Buffer rows = buffer(1, 2, 3);
    Value.Fields tree = tree(Map.of("a", 4, "b", 1));
    fromOther(9, new Operation.Create("Mesh", tree), new Operation.ReplaceBuffer("rows", rows));
    apply();
    undo(Map.of("a", 3, "b", 1), 1, 2, 3);
    assertEquals(1, repository.pendingCount());
    assertEquals(List.of(set("a", 4)), part().operations());
  }

  @Test
  @DisplayName("[BR23, AC3] so it stays when an own topology is offered on what others made")
  void madeByBothAndOffered() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    repository.ownEntry(++sequence, last().counter());
    edit(Map.of("a", 3, "b", 1), 1, 2, 3);
    edit(Map.of("a", 3, "b", 1), 5, 2, 3);
    Buffer rows = buffer(1, 2, 3);
    Value.Fields tree = tree(Map.of("a", 4, "b", 1));
    fromOther(9, new Operation.Create("Mesh", tree), new Operation.ReplaceBuffer("rows", rows));
    apply();
    assertArrayEquals(new byte[] {5, 2, 3}, rows());
    undo(Map.of("a", 3, "b", 1), 5, 2, 3);
    assertEquals(2, repository.pendingCount(), "the making and the topology");
    assertEquals(List.of(set("a", 4)), part().operations());
  }

  @Test
  @DisplayName("[BR23, CM9] a buffer that others removed does not come back with an own topology")
  void bufferOfOthers() {
    fromOther(8, new Operation.RemoveBuffer("rows"));
    apply();
    structuralOf("own", 1, 2);
    repository.ownEntry(++sequence, last().counter());
    undoStructural(1, 2, 3);
    assertEquals(0, repository.pendingCount());
    assertEquals(Set.of("rows"), part().goneBuffers());
  }

  @Test
  @DisplayName("[BR23, CM9] an own topology does not come back over a buffer that others added")
  void bufferAdded() {
    structural(1, 2, 3, 4);
    repository.ownEntry(++sequence, last().counter());
    fromOther(0, new Operation.ReplaceBuffer("mask", buffer(5, 5, 5, 5)));
    apply();
    undoStructural(1, 2, 3);
    undoStructural(1, 2, 3, 4);
    assertEquals(0, repository.pendingCount());
    assertEquals(Set.of("mask", "rows"), part().buffers().keySet());
  }

  @Test
  @DisplayName(
      "[BR23, DU4] what others wrote while the log was trimmed is theirs, what I did not lose is mine")
  void missed() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    repository.ownEntry(++sequence, last().counter());
    edit(Map.of("a", 5, "b", 6), 1, 2, 3);
    repository.newLink();
    repository.snapshot(INCARNATION, 9, List.of(node(9, 4, 1)));
    repository.caughtUp(1);
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(List.of(set("b", 1)), last().operations());
    assertEquals(List.of(set("a", 4)), part().operations());
  }

  @Test
  @DisplayName("[BR23, DU4] what others deleted while the log was trimmed goes again after undo")
  void missedDelete() {
    repository.snapshot(INCARNATION, 9, List.of());
    repository.caughtUp(0);
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Delete.class, batch.changes().get(0));
  }

  @Test
  @DisplayName(
      "[BR23, DU4] an own node, made and deleted by others while the log was trimmed, goes again")
  void missedMakingAndDelete() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    repository.ownEntry(++sequence, last().counter());
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    long made = last().counter();
    repository.snapshot(INCARNATION, 9, List.of());
    repository.caughtUp(made);
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Delete.class, batch.changes().get(0));
  }

  @Test
  @DisplayName(
      "[BR23, DU4] an own node, made and deleted here while the log was trimmed, is made by undo")
  void missedOwnDelete() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    repository.ownEntry(++sequence, last().counter());
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    repository.snapshot(INCARNATION, 9, List.of());
    repository.caughtUp(last().counter());
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertInstanceOf(Operation.Create.class, last().operations().get(0));
  }

  @Test
  @DisplayName("[BR23, BR5] undo that a new agent hears of before it is in step is no edit")
  void undoneWithoutAgent() {
    fromOther(0, set("b", 8));
    apply();
    restart();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    repository.snapshot(INCARNATION, sequence, List.of(node(sequence, 1, 8)));
    repository.caughtUp(0);
    assertEquals(0, repository.pendingCount());
    assertEquals(List.of(set("b", 8)), part().operations());
  }

  @Test
  @DisplayName("[BR23, BR5] without a journal, too, what undo exchanged is the session's version")
  void undoneWithoutJournal() {
    held.clear();
    restart();
    undo(Map.of("a", 3, "b", 1), 1, 2, 4);
    repository.snapshot(INCARNATION, sequence, List.of(node(sequence, 1, 8)));
    repository.caughtUp(0);
    assertEquals(0, repository.pendingCount());
    Change.Part part = part();
    assertEquals(List.of(set("a", 1), set("b", 8)), part.operations());
    assertArrayEquals(new byte[] {1, 2, 3}, part.buffers().get("rows").bytes());
  }

  @Test
  @DisplayName(
      "[BR23, BR5] a datablock that undo took away before the new agent is in step comes back")
  void goneWithoutAgent() {
    restart();
    repository.submit(List.of(Capture.delete(NODE, "Mesh").asRewound()));
    repository.snapshot(INCARNATION, sequence, List.of(node(sequence, 1, 1)));
    repository.caughtUp(0);
    assertEquals(0, repository.pendingCount());
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Whole.class, batch.changes().get(0));
  }

  @Test
  @DisplayName("[BR23, BR5] what others deleted while no agent ran goes again after undo")
  void deletedWithoutAgent() {
    restart();
    edit(Map.of("a", 1, "b", 1), 1, 2, 3);
    repository.snapshot(INCARNATION, 5, List.of());
    repository.caughtUp(0);
    apply();
    undo(Map.of("a", 1, "b", 1), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertInstanceOf(Change.Delete.class, batch.changes().get(0));
  }

  /** The agent dies and another one goes on from what it kept (BR5). */
  private void restart() {
    repository = repository();
    repository.restore(INCARNATION, List.of());
    repository.restoreHeld(Map.copyOf(held));
  }

  private Commit last() {
    Commit found = null;
    for (Commit next; repository.unsent().isPresent(); repository.sent(next.counter())) {
      next = repository.unsent().get();
      found = next;
    }
    return found;
  }

  private void undo(Map<String, Integer> tree, int... rows) {
    repository.submit(List.of(full(tree, rows).asRewound()));
  }

  private void structural(int... rows) {
    repository.submit(List.of(topological(rows)));
  }

  private void structuralOf(String name, int... rows) {
    Capture it = topological(rows);
    Map<String, Capture.Array> buffers = Map.of(name, it.buffers().get("rows"));
    repository.submit(List.of(Capture.full(NODE, "Mesh", it.properties(), buffers)));
  }

  private void undoStructural(int... rows) {
    repository.submit(List.of(topological(rows).asRewound()));
  }

  private static Capture topological(int... rows) {
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

  private static Operation patch(int row, int value) {
    return new Operation.PatchBuffer(
        "rows", new BufferPatch(3, 1, new int[] {row}, new int[] {1}, new byte[] {(byte) value}));
  }

  // --- the played Blender and server ---

  private void edit(Map<String, Integer> tree, int... rows) {
    repository.submit(List.of(full(tree, rows)));
  }

  private void fromOther(long newStructure, Operation... steps) {
    Commit commit = new Commit(OTHER, ++othersCounter, NODE, 0, newStructure, List.of(steps));
    repository.entry(new LogEntry.Committed(++sequence, commit));
  }

  private void fromOther(UUID node, Operation step) {
    Commit commit = new Commit(OTHER, ++othersCounter, node, 0, 0, List.of(step));
    repository.entry(new LogEntry.Committed(++sequence, commit));
  }

  /** The artist makes a node, and the server takes it. */
  private void made(UUID id, Map<String, Value> tree) {
    Value.Fields fields = new Value.Fields(new TreeMap<>(tree));
    repository.submit(List.of(Capture.full(id, "Mesh", fields, Map.of())));
    repository.ownEntry(++sequence, last().counter());
  }

  private Change.Part part() {
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertEquals(1, batch.changes().size());
    return assertInstanceOf(Change.Part.class, batch.changes().get(0));
  }

  private void apply() {
    repository.take(1000).ifPresent(batch -> repository.done(batch.number()));
  }

  private Value.Fields properties() {
    return repository.node(NODE).orElseThrow().properties();
  }

  private byte[] rows() {
    return repository.node(NODE).orElseThrow().buffers().get("rows").bytes();
  }

  private static Capture full(Map<String, Integer> tree, int... rows) {
    Buffer buffer = buffer(rows);
    ByteBuffer bytes = ByteBuffer.wrap(buffer.bytes());
    Capture.Array array = new Capture.Array(DataType.UINT8, rows.length, 1, bytes);
    return Capture.full(NODE, "Mesh", tree(tree), Map.of("rows", array));
  }

  /** A read-back of the whole tree (BR21). */
  private static Capture base(Value.Fields tree) {
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

  private static Operation set(String key, int value) {
    return new Operation.Set(path(key), new Value.Int(value));
  }

  private static Path path(String key) {
    return new Path(List.of(key));
  }

  private static Value.Fields tree(Map<String, Integer> values) {
    TreeMap<String, Value> tree = new TreeMap<>();
    values.forEach((key, value) -> tree.put(key, new Value.Int(value)));
    return new Value.Fields(tree);
  }

  private static Buffer buffer(int... rows) {
    byte[] bytes = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      bytes[i] = (byte) rows[i];
    }
    return new Buffer(DataType.UINT8, rows.length, 1, bytes);
  }
}
