package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Undo that makes datablocks and takes them away (BR23). */
class RewindNodesTest extends RewindCase {
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
}
