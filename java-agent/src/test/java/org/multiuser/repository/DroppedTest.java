package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * What Blender takes out of lists and pointers by itself, as it was asked to delete a datablock, is
 * no edit of this artist (BR25): else undo of who deleted it would bring it back to nobody.
 */
class DroppedTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final UUID HAND = new UUID(2, 1);
  private static final UUID FOOT = new UUID(2, 2);
  private static final UUID USER = new UUID(2, 3);
  private static final Value.Fields SHARED = user(HAND, FOOT);
  private static final Value.Fields WITHOUT = user(null, FOOT);

  private final Repository repository = new Repository(ME, () -> 1, PendingStore.NONE);
  private long sequence;

  /** Both hold a hand and a foot, and a user of both. */
  @BeforeEach
  void together() {
    List<Node> nodes =
        List.of(node(HAND, Value.Fields.EMPTY), node(FOOT, Value.Fields.EMPTY), node(USER, SHARED));
    repository.snapshot(new UUID(3, 3), 0, nodes);
    repository.caughtUp(0);
    applyAll();
  }

  @Test
  @DisplayName("[BR25] what Blender dropped along with what others deleted is no edit")
  void dropped() {
    othersDelete();
    see(WITHOUT);
    assertEquals(0, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR25] nor is it one of undo")
  void droppedAmidUndo() {
    see(user(HAND, null));
    see(SHARED);
    othersDelete();
    int before = repository.pendingCount();
    repository.submit(List.of(Capture.full(USER, "Mesh", WITHOUT, Map.of()).asRewound()));
    assertEquals(before, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR25] what the artist changed besides is an edit, and so is another target")
  void editedBesides() {
    othersDelete();
    see(user(null, null));
    assertEquals(
        Set.of(
            new Operation.Remove(Path.of("objects", FOOT.toString())),
            list(Value.NULL, Value.NULL)),
        Set.copyOf(repository.unsent().orElseThrow().operations()));
    Map<String, Value> other = new TreeMap<>(user(null, null).values());
    other.put("target", new Value.Ref(FOOT));
    see(new Value.Fields(new TreeMap<>(other)));
    assertEquals(2, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR25] what this artist deleted they took out of lists and pointers themselves")
  void ownDelete() {
    repository.submit(List.of(Capture.delete(HAND, "Mesh")));
    see(WITHOUT);
    assertEquals(2, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR25, BR26] once it is there again, it is referred to again")
  void broughtBack() {
    othersDelete();
    see(WITHOUT);
    applyAll(); // Blender cannot refer to what is not there: the add-on says so, and waits for it.
    repository.submit(List.of(base(USER, WITHOUT)));
    fromOther(HAND, new Operation.Create("Mesh", Value.Fields.EMPTY));
    applyAll();
    repository.complete(List.of(USER));
    assertRefersAgain();
    assertEquals(0, repository.pendingCount());
  }

  @Test
  @DisplayName("[BR25] also where Blender was not told meanwhile that nothing refers to it")
  void broughtBackAtOnce() {
    othersDelete();
    othersTakeOut();
    fromOther(HAND, new Operation.Create("Mesh", Value.Fields.EMPTY));
    othersPutBack();
    assertInstanceOf(Change.Whole.class, applyAll().get(0));
    assertRefersAgain();
    assertEquals(0, repository.pendingCount());
    see(WITHOUT);
    assertEquals(1, repository.pendingCount(), "now it is the artist who takes it out");
  }

  /** Blender is told to refer to the hand at every place. */
  private void assertRefersAgain() {
    List<Change> changes = applyAll();
    assertEquals(1, changes.size());
    List<Operation> steps = assertInstanceOf(Change.Part.class, changes.get(0)).operations();
    assertEquals(
        Set.of(
            new Operation.Set(Path.of("objects", HAND.toString()), new Value.Ref(HAND)),
            new Operation.Set(Path.of("target"), new Value.Ref(HAND)),
            list(new Value.Ref(HAND), new Value.Ref(FOOT))),
        Set.copyOf(steps.stream().filter(it -> !(it instanceof Operation.Order)).toList()));
  }

  // --- the others ---

  /** They delete the hand; what Blender holds of its user they take out later. */
  private void othersDelete() {
    fromOther(HAND, new Operation.Delete());
    List<Change> changes = applyAll();
    assertEquals(1, changes.size());
    assertInstanceOf(Change.Delete.class, changes.get(0));
  }

  private void othersTakeOut() {
    fromOther(USER, new Operation.Remove(Path.of("objects", HAND.toString())));
    fromOther(USER, new Operation.Set(Path.of("target"), Value.NULL));
    fromOther(USER, list(Value.NULL, new Value.Ref(FOOT)));
  }

  private void othersPutBack() {
    fromOther(USER, new Operation.Set(Path.of("objects", HAND.toString()), new Value.Ref(HAND)));
    fromOther(USER, new Operation.Set(Path.of("target"), new Value.Ref(HAND)));
    fromOther(USER, list(new Value.Ref(HAND), new Value.Ref(FOOT)));
  }

  private void fromOther(UUID node, Operation step) {
    sequence++;
    Commit commit = new Commit(OTHER, sequence, node, 0, 0, List.of(step));
    repository.entry(new LogEntry.Committed(sequence, commit));
  }

  // --- the played Blender ---

  private void see(Value.Fields user) {
    repository.submit(List.of(Capture.full(USER, "Mesh", user, Map.of())));
  }

  /** Applies what there is; deletes and new nodes are read back. */
  private List<Change> applyAll() {
    Change.Batch batch = repository.take(1_000_000).orElse(null);
    if (batch == null) {
      return List.of();
    }
    List<Capture> bases = new ArrayList<>();
    for (Change change : batch.changes()) {
      if (change instanceof Change.Delete) {
        bases.add(base(change.id(), Value.Fields.EMPTY));
      } else if (change instanceof Change.Whole whole) {
        bases.add(base(whole.id(), whole.properties()));
      }
    }
    repository.submit(bases);
    repository.done(batch.number());
    return batch.changes();
  }

  private static Capture base(UUID id, Value.Fields tree) {
    return new Capture(
        id,
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

  // --- trees ---

  private static Node node(UUID id, Value.Fields tree) {
    return new Node(id, "Mesh", null, 0, 0, tree, new TreeMap<>());
  }

  /** Something with a list by key, a list by place and a pointer; null for what is not there. */
  private static Value.Fields user(UUID hand, UUID foot) {
    Map<String, Value> objects = new LinkedHashMap<>();
    for (UUID id : new UUID[] {hand, foot}) {
      if (id != null) {
        objects.put(id.toString(), new Value.Ref(id));
      }
    }
    TreeMap<String, Value> tree = new TreeMap<>();
    tree.put("objects", new Value.Keyed(objects));
    tree.put("list", new Value.Items(List.of(ref(hand), ref(foot))));
    tree.put("target", ref(hand));
    return new Value.Fields(tree);
  }

  private static Value ref(UUID id) {
    return id == null ? Value.NULL : new Value.Ref(id);
  }

  private static Operation list(Value... values) {
    return new Operation.Set(Path.of("list"), new Value.Items(List.of(values)));
  }
}
