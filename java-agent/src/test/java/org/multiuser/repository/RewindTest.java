package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Value;

/** Undo of what stands in a datablock: own work goes back, others' work stays (BR23). */
class RewindTest extends RewindCase {
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
}
