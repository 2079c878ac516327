package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** What a Blender hands over to the agent that took the place of one that died. */
class HandOverTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID NODE = new UUID(2, 2);
  private static final UUID OTHER = new UUID(2, 3);
  private static final UUID INCARNATION = new UUID(3, 3);
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8};

  /** What the agents keep, as the journal does. */
  private final Map<UUID, Held> kept = new HashMap<>();

  private long tokens = 100;
  private Repository repository = agent();

  @Test
  @DisplayName("[BR5] a teammate's edit that never reached this Blender survives the hand-over")
  void keepsTeammatesEdit() {
    joined(node(NODE, 5, 0, 0, ROWS));
    restart();
    synced(node(NODE, 5, 9, 0, 1, 2, 3, 4, 5, 6, 7, 80));
    repository.submit(List.of(full(NODE, 0, 0, ROWS)));

    assertEquals(Optional.empty(), repository.unsent());
    Change.Part change = (Change.Part) onlyChange();
    assertEquals(List.of(set("x", 9)), change.operations());
    assertEquals(Set.of("rows"), change.buffers().keySet());
  }

  @Test
  @DisplayName(
      "[BR5] edits of both, at other paths and rows, survive; also before the image is here")
  void keepsBoth() {
    for (boolean early : List.of(true, false)) {
      kept.clear();
      repository = agent();
      joined(node(NODE, 5, 0, 0, ROWS));
      restart();
      List<Capture> mine = List.of(full(NODE, 0, 7, 10, 2, 3, 4, 5, 6, 7, 8));
      Node theirs = node(NODE, 5, 9, 0, 1, 2, 3, 4, 5, 6, 7, 80);
      if (early) {
        repository.submit(mine);
        synced(theirs);
      } else {
        synced(theirs);
        repository.submit(mine);
      }

      Commit commit = repository.unsent().orElseThrow();
      assertEquals(set("y", 7), commit.operations().get(0));
      assertTrue(commit.operations().get(1) instanceof Operation.PatchBuffer);
      assertEquals(0, commit.newStructure());
      Node both = repository.node(NODE).orElseThrow();
      assertEquals(tree(9, 7), both.properties());
      assertArrayEquals(bytes(10, 2, 3, 4, 5, 6, 7, 80), both.buffers().get("rows").bytes());
      assertEquals(List.of(set("x", 9)), ((Change.Part) onlyChange()).operations());
    }
  }

  @Test
  @DisplayName("[BR5] what a teammate deleted meanwhile is not created again")
  void deletedByOthers() {
    for (boolean early : List.of(true, false)) {
      kept.clear();
      repository = agent();
      joined(node(NODE, 5, 0, 0, ROWS));
      restart();
      if (early) {
        repository.submit(List.of(full(NODE, 0, 0, ROWS)));
        synced();
      } else {
        synced();
        repository.submit(List.of(full(NODE, 0, 0, ROWS)));
      }
      assertEquals(Optional.empty(), repository.unsent());
      assertEquals(new Change.Delete(NODE, "Mesh", null), onlyChange());
    }
  }

  @Test
  @DisplayName("[BR5] what the artist deleted or made while no agent ran is a commit")
  void deletedByTheArtist() {
    joined(node(NODE, 5, 0, 0, ROWS));
    restart();
    repository.submit(List.of(Capture.delete(NODE, "Mesh"), full(OTHER, 1, 1, ROWS)));
    synced(node(NODE, 5, 0, 0, ROWS));

    assertTrue(repository.node(NODE).isEmpty());
    assertTrue(repository.node(OTHER).isPresent());
    assertEquals(2, repository.pendingCount());
    assertTrue(repository.take(1 << 20).isEmpty());
  }

  @Test
  @DisplayName(
      "[BR5, BR13] whether Blender applied a change that it had taken shows by what it holds")
  void takenAndNotDone() {
    for (boolean applied : List.of(true, false)) {
      kept.clear();
      repository = agent();
      joined(node(NODE, 5, 0, 0, ROWS));
      repository.snapshot(INCARNATION, 2, List.of(node(NODE, 5, 1, 0, 1, 2, 3, 4, 5, 6, 7, 80)));
      repository.caughtUp(0);
      assertTrue(repository.take(1 << 20).isPresent());
      restart();
      Capture seen = applied ? full(NODE, 1, 0, 1, 2, 3, 4, 5, 6, 7, 80) : full(NODE, 0, 0, ROWS);
      repository.submit(List.of(seen));
      synced(node(NODE, 5, 2, 0, 1, 2, 3, 4, 5, 6, 7, 81));

      assertEquals(Optional.empty(), repository.unsent());
      Change.Whole change = (Change.Whole) onlyChange();
      assertEquals(tree(2, 0), change.properties());
    }
  }

  @Test
  @DisplayName("[BR5] a datablock that Blender had just made of a change is no edit either")
  void madeAndNotDone() {
    joinedAndTook(node(NODE, 5, 0, 0, ROWS), node(OTHER, 6, 0, 0, ROWS));
    restart();
    repository.submit(List.of(full(OTHER, 0, 0, ROWS)));
    synced(node(NODE, 5, 0, 0, ROWS), node(OTHER, 6, 4, 0, ROWS));

    assertEquals(Optional.empty(), repository.unsent());
    assertEquals(tree(4, 0), repository.node(OTHER).orElseThrow().properties());
  }

  @Test
  @DisplayName("[BR5] what Blender had made, and was deleted before it could be said, goes")
  void madeAndDeletedByOthers() {
    joinedAndTook(node(NODE, 5, 0, 0, ROWS), node(OTHER, 6, 0, 0, ROWS));
    restart();
    synced(node(NODE, 5, 0, 0, ROWS));
    assertTrue(repository.take(1 << 20).isEmpty());
    repository.submit(List.of(full(OTHER, 0, 0, ROWS)));

    assertEquals(Optional.empty(), repository.unsent());
    assertEquals(new Change.Delete(OTHER, "Mesh", null), onlyChange());
  }

  @Test
  @DisplayName("[BR5] what the artist deleted before an edit of others reached it can come back")
  void deletedByTheArtistAmidAChange() {
    joined(node(NODE, 5, 0, 0, ROWS));
    synced(node(NODE, 5, 1, 0, ROWS));
    assertTrue(repository.take(1 << 20).isPresent());
    repository.submit(List.of(Capture.delete(NODE, "Mesh")));
    restart();
    synced();
    repository.submit(List.of(full(NODE, 3, 0, ROWS)));

    assertEquals(tree(3, 0), repository.node(NODE).orElseThrow().properties());
    assertFalse(repository.hasChanges());
  }

  @Test
  @DisplayName("[BR5] what an agent knew that died is of no use once Blender got the whole anew")
  void appliedSince() {
    joinedAndTook(node(NODE, 5, 0, 0, ROWS), node(OTHER, 6, 0, 0, ROWS));
    restart(); // Blender never made the other one.
    synced(node(NODE, 5, 0, 0, ROWS), node(OTHER, 6, 4, 0, ROWS));
    repository.submit(List.of(full(NODE, 0, 0, ROWS)));
    repository.done(repository.take(1 << 20).orElseThrow().number());
    repository.submit(List.of(full(OTHER, 4, 0, ROWS)));

    assertEquals(Optional.empty(), repository.unsent());
    assertFalse(repository.hasChanges());
  }

  @Test
  @DisplayName("[BR5] knowledge that lags behind makes no commit of what everybody holds")
  void laggingJournal() {
    joined(node(NODE, 5, 0, 0, ROWS));
    restart();
    synced(node(NODE, 5, 3, 0, ROWS));
    repository.submit(List.of(full(NODE, 3, 0, ROWS)));

    assertEquals(Optional.empty(), repository.unsent());
    assertTrue(repository.take(1 << 20).isEmpty());
  }

  @Test
  @DisplayName(
      "[BR5] an edit that is no commit yet does not count as held when the next agent dies too")
  void diedTwice() {
    joined(node(NODE, 5, 0, 0, ROWS));
    restart();
    repository.submit(List.of(full(NODE, 4, 0, ROWS))); // The image never came.
    restart();
    repository.submit(List.of(full(NODE, 4, 0, ROWS)));
    synced(node(NODE, 5, 0, 0, ROWS));

    assertEquals(List.of(set("x", 4)), repository.unsent().orElseThrow().operations());
  }

  @Test
  @DisplayName(
      "[BR5, CM8] an edit on a topology that a teammate exchanged names the one that is now")
  void otherTopology() {
    joined(node(NODE, 5, 0, 0, ROWS));
    restart();
    synced(node(NODE, 6, 0, 0, 1, 2));
    repository.submit(List.of(full(NODE, 0, 0, ROWS)));
    assertEquals(Optional.empty(), repository.unsent());
    assertTrue(((Change.Part) onlyChange()).structure());
    assertFalse(repository.hasChanges());
  }

  // --- the parts ---

  private Repository agent() {
    return new Repository(ME, () -> ++tokens, PendingStore.NONE, kept::put);
  }

  /** The agent is killed; nothing of it is left but what it kept. */
  private void restart() {
    repository = agent();
    repository.restore(INCARNATION, List.of());
    repository.restoreHeld(Map.copyOf(kept));
  }

  /** Blender takes part and has applied all. */
  private void joined(Node node) {
    synced(node);
    repository.done(repository.take(1 << 20).orElseThrow().number());
  }

  /** Blender has applied the first node, and taken the second. */
  private void joinedAndTook(Node first, Node second) {
    joined(first);
    synced(first, second);
    assertTrue(repository.take(1 << 20).isPresent());
  }

  private void synced(Node... nodes) {
    repository.snapshot(INCARNATION, repository.image().sequence() + 1, List.of(nodes));
    repository.caughtUp(0);
  }

  private Change onlyChange() {
    List<Change> changes = repository.take(1 << 20).orElseThrow().changes();
    assertEquals(1, changes.size());
    return changes.get(0);
  }

  private static Operation set(String key, long value) {
    return new Operation.Set(Path.of(key), new Value.Int(value));
  }

  private static Node node(UUID id, long structure, long x, long y, int... rows) {
    Buffer buffer = new Buffer(DataType.INT64, rows.length, 1, bytes(rows));
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows", buffer));
    return new Node(id, "Mesh", null, 1, structure, tree(x, y), buffers);
  }

  private static Value.Fields tree(long x, long y) {
    return new Value.Fields(new TreeMap<>(Map.of("x", new Value.Int(x), "y", new Value.Int(y))));
  }

  private static Capture full(UUID id, long x, long y, int... rows) {
    Capture.Array array =
        new Capture.Array(DataType.INT64, rows.length, 1, ByteBuffer.wrap(bytes(rows)));
    return new Capture(
        id,
        "Mesh",
        Capture.Kind.FULL,
        tree(x, y),
        List.of(),
        List.of(),
        Map.of("rows", array),
        true,
        true,
        Set.of());
  }

  private static byte[] bytes(int... rows) {
    ByteBuffer bytes = ByteBuffer.allocate(rows.length * Long.BYTES);
    for (int row : rows) {
      bytes.putLong(row);
    }
    return bytes.array();
  }
}
