package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
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
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Names that two datablocks are to have, and that Blender can show for one of them alone. */
class NamesTest {
  private static final UUID SESSION = new UUID(3, 3);
  private static final UUID ME = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final UUID MINE = new UUID(2, 1);
  private static final UUID THEIRS = new UUID(2, 2);

  private long sequence;
  private final Map<UUID, Held> kept = new HashMap<>();
  private Repository repository = agent();

  @BeforeEach
  void together() {
    image();
    apply();
  }

  @Test
  @DisplayName("[BR24] what was displaced waits until the server has ruled, then gets its name")
  void displaced() {
    rename(MINE, "Twin");
    fromOther(OTHER, THEIRS, Names.rename("Twin"));
    assertEquals(Map.of(THEIRS, "Twin"), apply());
    displaced(MINE, "Twin", "Twin.001");
    assertEquals(Map.of(), apply(), "two are to have the name: no one can tell yet");
    ownEntry();
    fromOther(Commit.SERVER, MINE, Names.rename("Twin.001"));
    assertEquals(Map.of(), apply(), "Blender shows that already");
    assertEquals("Twin.001", name(MINE));
  }

  @Test
  @DisplayName("[BR24] it gets it as well where the other one gave the name up before")
  void givenUp() {
    rename(MINE, "Twin");
    fromOther(OTHER, THEIRS, Names.rename("Twin"));
    apply();
    displaced(MINE, "Twin", "Twin.001");
    fromOther(OTHER, THEIRS, Names.rename("Else"));
    assertEquals(Map.of(THEIRS, "Else", MINE, "Twin"), apply());
    ownEntry();
    assertEquals(Map.of(), apply());
  }

  @Test
  @DisplayName("[BR24] it gets its old name back where the server refuses the new one")
  void refused() {
    rename(MINE, "Twin");
    fromOther(OTHER, THEIRS, Names.rename("Twin"));
    apply();
    displaced(MINE, "Twin", "Twin.001");
    long counter = repository.unsent().orElseThrow().counter();
    repository.sent(counter);
    repository.refused(counter, ErrorCode.NOT_OWNER, "It is Bob's.", OTHER);
    assertEquals(Map.of(MINE, "A"), apply());
  }

  @Test
  @DisplayName("[BR24] who alone is to have a name that Blender took away gets it back at once")
  void takenAway() {
    displaced(MINE, "A", "A.001");
    assertEquals(Map.of(MINE, "A"), apply());
    assertEquals(0, repository.pendingCount(), "it is no edit");
  }

  @Test
  @DisplayName("[BR24] a name that the artist had just given is an edit with the number it has now")
  void givenByTheArtist() {
    displaced(MINE, "New", "New.001");
    assertEquals(Map.of(), apply());
    rename(MINE, "New.001");
    assertEquals(List.of(Names.rename("New.001")), steps());
  }

  @Test
  @DisplayName("[BR24] names that the artist exchanges never meet in the order")
  void exchanged() {
    rename(MINE, "B");
    rename(THEIRS, "A");
    List<Operation> steps = steps();
    assertEquals(3, steps.size());
    assertEquals(List.of(Names.rename("B"), Names.rename("A")), steps.subList(1, 3));
    assertEquals(Names.rename("B.001"), steps.get(0), "the other one makes way first");
    assertEquals(Map.of(), apply(), "Blender shows both already");
  }

  @Test
  @DisplayName("[BR5] [BR24] nor where one of them came to a new agent before it knew the session")
  void exchangedAtTheHandOver() {
    restart();
    repository.submit(List.of(full(MINE, "A"), full(THEIRS, "B")));
    rename(MINE, "B");
    image();
    rename(THEIRS, "A");
    assertEquals(List.of(Names.rename("B.001"), Names.rename("B"), Names.rename("A")), steps());
    assertEquals(Map.of(), apply(), "Blender shows both already");
  }

  @Test
  @DisplayName("[BR5] [BR24] nor where both came before")
  void exchangedWithoutAnAgent() {
    restart();
    repository.submit(List.of(full(MINE, "B"), full(THEIRS, "A")));
    image();
    List<Operation> steps = steps();
    assertEquals(3, steps.size(), "one of them makes way: " + steps);
    assertEquals(Set.of(Names.rename("B"), Names.rename("A")), Set.copyOf(steps.subList(1, 3)));
    assertEquals(Map.of(), apply(), "Blender shows both already");
  }

  @Test
  @DisplayName("[BR5] [BR24] nor where one took the name of another that is gone")
  void takenFromWhatIsGone() {
    restart();
    repository.submit(List.of(full(THEIRS, "A"), Capture.delete(MINE, "Mesh")));
    image();
    assertEquals(
        List.of(Names.rename("A.001"), Names.rename("A"), new Operation.Delete()), steps());
  }

  @Test
  @DisplayName("[BR23] what undo does to the artist's own name moves nobody else's")
  void rewound() {
    rename(MINE, "C");
    Capture name = Capture.part(MINE, "Mesh", List.of(value("name", text("B"))), List.of());
    repository.submit(List.of(name.asRewound()));
    assertEquals(List.of(Names.rename("C"), Names.rename("B")), steps());
  }

  @Test
  @DisplayName("[NA2] [BR23] the artist's own work stays so when the server renames it")
  void undone() {
    UUID made = new UUID(2, 3);
    repository.submit(List.of(Capture.full(made, "Mesh", tree("Twin"), Map.of())));
    ownEntry();
    fromOther(Commit.SERVER, made, Names.rename("Twin.001"));
    apply();
    repository.submit(List.of(Capture.delete(made, "Mesh").asRewound()));
    assertEquals(List.of(new Operation.Delete()), steps());
  }

  @Test
  @DisplayName("[BR12] a displaced one without its names is malformed")
  void malformed() {
    Capture nameless =
        new Capture(
            MINE,
            "Mesh",
            Capture.Kind.DISPLACED,
            Value.Fields.EMPTY,
            List.of(),
            List.of(),
            Map.of(),
            false,
            false,
            Set.of());
    assertThrows(IllegalArgumentException.class, () -> repository.submit(List.of(nameless)));
  }

  // --- Blender ---

  private void rename(UUID id, String name) {
    repository.submit(
        List.of(Capture.part(id, "Mesh", List.of(value("name", text(name))), List.of())));
  }

  private void displaced(UUID id, String had, String has) {
    repository.submit(List.of(Capture.displaced(id, "Mesh", had, has)));
  }

  /** Applies all changes, exactly; returns the names that they brought. */
  private Map<UUID, String> apply() {
    Map<UUID, String> names = new TreeMap<>();
    while (repository.hasChanges()) {
      Change.Batch batch = repository.take(1000).orElse(null);
      if (batch == null) {
        break;
      }
      for (Change change : batch.changes()) {
        if (change instanceof Change.Part part) {
          Operation.Set set = (Operation.Set) part.operations().get(0);
          names.put(change.id(), ((Value.Text) set.value()).value());
        }
      }
      repository.done(batch.number());
    }
    return names;
  }

  private static Capture full(UUID id, String name) {
    return Capture.full(id, "Mesh", tree(name), Map.of());
  }

  // --- the agent ---

  private Repository agent() {
    return new Repository(ME, () -> 1, PendingStore.NONE, kept::put);
  }

  /** The agent is killed; nothing of it is left but what it kept. */
  private void restart() {
    repository = agent();
    repository.restore(SESSION, List.of());
    repository.restoreHeld(Map.copyOf(kept));
  }

  private void image() {
    repository.snapshot(SESSION, 0, List.of(node(MINE, "A"), node(THEIRS, "B")));
    repository.caughtUp(0);
  }

  // --- the server ---

  private void fromOther(UUID author, UUID node, Operation step) {
    sequence++;
    Commit commit = new Commit(author, sequence, node, 0, 0, List.of(step));
    repository.entry(new LogEntry.Committed(sequence, commit));
  }

  private void ownEntry() {
    long counter = repository.unsent().orElseThrow().counter();
    repository.sent(counter);
    repository.ownEntry(++sequence, counter);
  }

  /** The steps of all commits that were not sent yet. */
  private List<Operation> steps() {
    List<Operation> steps = new ArrayList<>();
    while (repository.unsent().isPresent()) {
      Commit commit = repository.unsent().orElseThrow();
      steps.addAll(commit.operations());
      repository.sent(commit.counter());
    }
    return steps;
  }

  // --- trees ---

  private String name(UUID id) {
    return Names.of(repository.node(id).orElseThrow()).orElseThrow();
  }

  private static Node node(UUID id, String name) {
    return new Node(id, "Mesh", null, 0, 0, tree(name), new TreeMap<>());
  }

  private static Value.Fields tree(String name) {
    return new Value.Fields(new TreeMap<>(Map.of("name", text(name), "x", new Value.Int(1))));
  }

  private static Value text(String text) {
    return new Value.Text(text);
  }

  private static Capture.PathValue value(String key, Value value) {
    return new Capture.PathValue(Path.of(key), value);
  }
}
