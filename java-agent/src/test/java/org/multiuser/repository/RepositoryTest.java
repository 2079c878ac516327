package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
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
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** One artist's repository between a Blender and a server that are both played by the test. */
class RepositoryTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final UUID NODE = new UUID(2, 2);
  private static final UUID INCARNATION = new UUID(3, 3);

  private final List<UUID> setAside = new ArrayList<>();
  private long tokens = 100;
  private long sequence;
  private long othersCounter;
  private final Repository repository =
      new Repository(
          ME,
          () -> ++tokens,
          new KeepsNothing() {
            @Override
            public void setAside(UUID incarnation) {
              setAside.add(incarnation);
            }
          });

  /** Everybody, Blender too, holds one node: a=1, b=1 and three rows. */
  @BeforeEach
  void together() {
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows", buffer(1, 2, 3)));
    Node node = new Node(NODE, "Mesh", null, 0, 7, tree(Map.of("a", 1, "b", 1)), buffers);
    repository.snapshot(INCARNATION, 0, List.of(node));
    repository.caughtUp(0);
    apply();
  }

  @Test
  @DisplayName("[BR12] an edit becomes a commit of just what changed, and no change for Blender")
  void localEdit() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    Commit commit = repository.unsent().orElseThrow();
    assertEquals(List.of(set("a", 5)), commit.operations());
    assertFalse(repository.hasChanges());
    repository.sent(commit.counter());
    repository.ownEntry(++sequence, commit.counter());
    assertEquals(0, repository.pendingCount());
    assertTrue(repository.take(1000).isEmpty(), "what comes back is known");
  }

  @Test
  @DisplayName("[CM8, CM9] recorded steps become commits as they are, and settle like others")
  void recordedSteps() {
    List<Operation> rows = List.of(new Operation.ReplaceBuffer("rows", buffer(4, 5)));
    UUID made = new UUID(9, 9);
    List<Operation> create = List.of(new Operation.Create("Object", tree(Map.of("a", 1))));
    long first = repository.commit(NODE, 55, rows);
    long second = repository.commit(made, 0, create);
    repository.commit(made, 0, List.of(new Operation.Delete()));
    assertEquals(new Commit(ME, first, NODE, 7, 55, rows), repository.unsent().orElseThrow());
    assertEquals(55, repository.node(NODE).orElseThrow().structure());
    assertTrue(repository.node(made).isEmpty());
    repository.sent(first);
    repository.ownEntry(++sequence, first);
    repository.sent(second);
    repository.ownEntry(++sequence, second);
    assertEquals(1, repository.pendingCount());
    assertTrue(repository.image().node(made).isPresent());
  }

  @Test
  @DisplayName("[BR20] a changed row becomes a patch of it")
  void patch() {
    edit(Map.of("a", 1, "b", 1), 1, 9, 3);
    Commit commit = repository.unsent().orElseThrow();
    assertEquals(7, commit.structure());
    assertEquals(0, commit.newStructure());
    assertArrayEquals(new byte[] {1, 9, 3}, rows());
  }

  @Test
  @DisplayName("[LO1, CM7] edits of two artists to different paths both stay")
  void mergeByPath() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    fromOther(0, set("b", 8));
    assertEquals(tree(Map.of("a", 5, "b", 8)), properties());
    assertEquals(List.of(set("b", 8)), part().operations());
  }

  @Test
  @DisplayName("[LO1] an artist's own value stands until its place in the order, then it wins")
  void lastWriterWins() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    Commit mine = repository.unsent().orElseThrow();
    fromOther(0, set("a", 8));
    assertEquals(tree(Map.of("a", 5, "b", 1)), properties());
    repository.ownEntry(++sequence, mine.counter());
    assertEquals(tree(Map.of("a", 5, "b", 1)), repository.image().node(NODE).get().properties());
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName("[AC3] a refused edit is put back in Blender and the artist is told why")
  void refused() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    long counter = repository.unsent().orElseThrow().counter();
    repository.sent(counter);
    repository.refused(counter, ErrorCode.NOT_OWNER, "It is Bob's.", OTHER);
    assertEquals(0, repository.pendingCount());
    assertEquals(List.of(set("a", 1)), part().operations());
    Notice notice = repository.notices().get(0);
    assertEquals(new Notice("It is Bob's.", NODE, ErrorCode.NOT_OWNER, OTHER), notice);
  }

  @Test
  @DisplayName(
      "[CM8, CM9] under another's new topology the artist's version is offered anew, whole")
  void staleStructure() {
    edit(Map.of("a", 1, "b", 1), 1, 9, 3);
    Commit stale = repository.unsent().orElseThrow();
    repository.sent(stale.counter());
    fromOther(55, new Operation.ReplaceBuffer("rows", buffer(4, 4)));
    Commit offer = repository.unsent().orElseThrow();
    assertNotEquals(stale.counter(), offer.counter());
    assertEquals(55, offer.structure());
    assertNotEquals(0, offer.newStructure());
    repository.refused(stale.counter(), ErrorCode.STALE_STRUCTURE, "stale", null);
    assertEquals(1, repository.pendingCount(), "the stale one is settled by its offer");
    assertArrayEquals(new byte[] {1, 9, 3}, rows());
  }

  @Test
  @DisplayName("[CM9] what others added before an own topology is gone, and the artist is told")
  void droppedByATopology() {
    Capture four = full(Map.of("a", 1, "b", 1), 1, 2, 3, 4);
    repository.submit(List.of(topological(four)));
    Commit mine = repository.unsent().orElseThrow();
    assertNotEquals(0, mine.newStructure());
    fromOther(0, new Operation.ReplaceBuffer("weights", buffer(7, 8, 9)));
    repository.ownEntry(++sequence, mine.counter());
    assertEquals(Set.of("rows"), repository.image().node(NODE).orElseThrow().buffers().keySet());
    Notice notice = repository.notices().get(0);
    assertEquals(ErrorCode.STALE_STRUCTURE, notice.code());
    assertTrue(notice.text().contains("weights"), notice.text());
  }

  @Test
  @DisplayName("[CM6] a node that was deleted may be made again")
  void deleteAndCreate() {
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    assertTrue(repository.node(NODE).isEmpty());
    edit(Map.of("a", 2, "b", 2), 1);
    assertEquals(2, repository.pendingCount());
    Commit delete = repository.unsent().orElseThrow();
    assertEquals(List.of(new Operation.Delete()), delete.operations());
    repository.sent(delete.counter());
    repository.ownEntry(++sequence, delete.counter());
    Commit create = repository.unsent().orElseThrow();
    assertInstanceOf(Operation.Create.class, create.operations().get(0));
    assertEquals(0, create.structure());
    repository.ownEntry(++sequence, create.counter());
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName("[BR21] a read-back is never committed, and what Blender clamped never echoes")
  void readBack() {
    fromOther(0, set("a", 50));
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(base(List.of(at("a", 10)))));
    repository.done(batch.number());
    edit(Map.of("a", 10, "b", 1), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
    edit(Map.of("a", 10, "b", 2), 1, 2, 3);
    assertEquals(List.of(set("b", 2)), repository.unsent().orElseThrow().operations());
    assertEquals(tree(Map.of("a", 50, "b", 2)), properties());
  }

  @Test
  @DisplayName("[BR21] a removal beside what is read back does not echo")
  void readBackOfPart() {
    fromOther(0, set("a", 50), new Operation.Remove(path("b")));
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(base(List.of(at("a", 50)))));
    repository.done(batch.number());
    edit(Map.of("a", 50), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR21] an edit after the read-back and before done is known to be over the change")
  void editBeforeDone() {
    fromOther(0, set("a", 5));
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(base(List.of(at("a", 5)))));
    edit(Map.of("a", 6, "b", 1), 1, 2, 3);
    repository.done(batch.number());
    Commit mine = repository.unsent().orElseThrow();
    repository.ownEntry(++sequence, mine.counter());
    fromOther(0, set("a", 5));
    assertEquals(List.of(set("a", 5)), part().operations(), "Blender holds 6");
  }

  @Test
  @DisplayName("[BR21] an edit before the change is applied is overwritten by it where they meet")
  void editBeforeApplying() {
    fromOther(0, set("a", 5));
    Change.Batch batch = repository.take(1000).orElseThrow();
    edit(Map.of("a", 6, "b", 6), 1, 2, 3);
    repository.done(batch.number());
    assertEquals(tree(Map.of("a", 6, "b", 6)), properties());
    assertEquals(List.of(set("a", 6)), part().operations(), "Blender holds 5 after the change");
  }

  @Test
  @DisplayName("[BR21, BR15] a change that was left out is not taken for an edit that undoes it")
  void leftOut() {
    fromOther(0, set("a", 5));
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(base(List.of())));
    repository.done(batch.number());
    edit(Map.of("a", 1, "b", 3), 1, 2, 3);
    assertEquals(List.of(set("b", 3)), repository.unsent().orElseThrow().operations());
    repository.whole(NODE);
    Change.Whole whole =
        assertInstanceOf(Change.Whole.class, repository.take(1000).orElseThrow().changes().get(0));
    assertTrue(whole.exists());
    assertEquals(tree(Map.of("a", 5, "b", 3)), whole.properties());
  }

  @Test
  @DisplayName(
      "[BR21, BR26] what Blender could not hold is no edit, and is told again as it is now")
  void completed() {
    fromOther(0, set("a", 5), set("b", 6), set("c", 7));
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(base(NODE, List.of(at("a", 1), at("b", 6)), List.of(path("c")))));
    repository.done(batch.number());
    edit(Map.of("a", 1, "b", 6), 1, 2, 3);
    assertEquals(0, repository.pendingCount());
    assertFalse(repository.hasChanges());
    fromOther(0, set("c", 8));
    repository.complete(List.of(NODE));
    assertEquals(List.of(set("a", 5), set("c", 8)), part().operations());
    repository.complete(List.of(NODE));
    assertTrue(repository.take(1000).isEmpty(), "Blender holds all of it");
  }

  @Test
  @DisplayName("[BR26] a node that Blender does not hold at all is told whole")
  void completedFromNothing() {
    UUID other = new UUID(0, 99);
    List<Operation> steps = List.of(new Operation.Create("Mesh", tree(Map.of("a", 1))));
    Commit made = new Commit(OTHER, ++othersCounter, other, 0, 0, steps);
    repository.entry(new LogEntry.Committed(++sequence, made));
    Change.Batch batch = repository.take(1000).orElseThrow();
    repository.submit(List.of(base(other, List.of(), List.of())));
    repository.done(batch.number());
    repository.complete(List.of(other));
    assertInstanceOf(Change.Whole.class, repository.take(1000).orElseThrow().changes().get(0));
  }

  @Test
  @DisplayName("simulation seed 60: an edit of what others deleted counts when it is made again")
  void editOfDeletedThenMadeAgain() {
    fromOther(0, new Operation.Delete());
    edit(Map.of("a", 1, "b", 1, "c", 1), 1, 2, 9); // Blender was not told yet.
    assertEquals(0, repository.pendingCount());
    fromOther(
        0,
        new Operation.Create("Mesh", tree(Map.of("a", 1, "b", 1))),
        new Operation.ReplaceBuffer("rows", buffer(1, 2, 3)));
    Change.Part part = part();
    assertEquals(List.of(new Operation.Remove(path("c"))), part.operations());
    assertEquals(Set.of("rows"), part.buffers().keySet());
  }

  @Test
  @DisplayName("[BR13] changes to a node that wait together are folded into one")
  void folded() {
    fromOther(0, set("a", 2));
    fromOther(0, set("a", 3));
    fromOther(0, set("b", 4));
    Change.Batch batch = repository.take(1000).orElseThrow();
    assertEquals(1, batch.changes().size());
    assertEquals(
        List.of(set("a", 3), set("b", 4)), ((Change.Part) batch.changes().get(0)).operations());
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName("[BR13] what came and went again before Blender took it never shows")
  void cameAndWent() {
    fromOther(0, set("a", 2));
    fromOther(0, set("a", 1));
    assertTrue(repository.take(1000).isEmpty());
  }

  @Test
  @DisplayName("[BR12] of a malformed submission nothing is taken")
  void malformed() {
    Capture good = full(Map.of("a", 9, "b", 1), 1, 2, 3);
    Capture.Array bad = new Capture.Array(DataType.UINT8, 5, 1, ByteBuffer.allocate(3));
    Capture wrong = Capture.full(NODE, "Mesh", Value.Fields.EMPTY, Map.of("rows", bad));
    assertThrows(IllegalArgumentException.class, () -> repository.submit(List.of(good, wrong)));
    assertEquals(0, repository.pendingCount());
  }

  @Test
  @DisplayName("[SE3, SU5] commits for another incarnation are put aside and never sent")
  void foreign() {
    edit(Map.of("a", 5, "b", 1), 1, 2, 3);
    repository.snapshot(new UUID(9, 9), 0, List.of());
    repository.caughtUp(0);
    assertEquals(List.of(INCARNATION), setAside);
    assertTrue(repository.unsent().isEmpty());
    assertEquals(ErrorCode.NOT_ACTIVE, repository.notices().get(0).code());
  }

  // --- the played Blender and server ---

  private void edit(Map<String, Integer> tree, int... rows) {
    repository.submit(List.of(full(tree, rows)));
  }

  private static Capture topological(Capture it) {
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

  private void fromOther(long newStructure, Operation... steps) {
    Commit commit = new Commit(OTHER, ++othersCounter, NODE, 0, newStructure, List.of(steps));
    repository.entry(new LogEntry.Committed(++sequence, commit));
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

  private static Capture base(List<Capture.PathValue> paths) {
    return base(NODE, paths, List.of());
  }

  private static Capture base(UUID id, List<Capture.PathValue> paths, List<Path> removed) {
    return new Capture(
        id, "Mesh", Capture.Kind.BASE, null, paths, removed, Map.of(), false, false, Set.of());
  }

  private static Capture.PathValue at(String key, int value) {
    return new Capture.PathValue(path(key), new Value.Int(value));
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
