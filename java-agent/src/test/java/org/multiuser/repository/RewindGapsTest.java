package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Operation;

/** Undo of what was done while the log was trimmed (DU4) or no agent ran (BR5). */
class RewindGapsTest extends RewindCase {
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
}
