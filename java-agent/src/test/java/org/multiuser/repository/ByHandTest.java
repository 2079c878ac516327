package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** What waits to be pushed by hand (BR18), and the list of all nodes (BR32). */
class ByHandTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final UUID MESH = new UUID(2, 1);
  private static final UUID THING = new UUID(2, 2);
  private static final UUID FRESH = new UUID(2, 3);
  private static final UUID INCARNATION = new UUID(3, 3);

  private final Map<Long, Commit> kept = new TreeMap<>();
  private long tokens = 100;
  private long sequence;
  private long millis = 1_000;
  private boolean isDiskFull;
  private Repository repository = start();

  private Repository start() {
    PendingStore store =
        new PendingStore() {
          @Override
          public void append(Commit commit) {
            kept.put(commit.counter(), commit);
          }

          @Override
          public void release(long waited, Commit commit) {
            if (isDiskFull) {
              throw new UncheckedIOException(new IOException("the disk is full"));
            }
            kept.remove(waited);
            kept.put(commit.counter(), commit);
          }

          @Override
          public void settle(long counter) {
            kept.remove(counter);
          }

          @Override
          public void setAside(UUID incarnation) {
            kept.clear();
          }
        };
    return new Repository(ME, () -> ++tokens, store, HeldStore.NONE, () -> millis);
  }

  @BeforeEach
  void together() {
    come();
  }

  private void come() {
    repository.snapshot(
        INCARNATION, sequence, List.of(node(MESH, "Mesh", "M"), node(THING, "Object", "O")));
    repository.caughtUp(0);
    apply();
  }

  @Test
  @DisplayName(
      "[BR18, CM3] what waits does not keep back what is made later, and goes out after it")
  void waits() {
    repository.setAutoPush(true, Set.of("Mesh"));
    edit(MESH, "Mesh", 1);
    edit(THING, "Object", 1);
    edit(MESH, "Mesh", 2);
    assertEquals(List.of(THING), send());
    assertEquals(2, repository.waitingCount());
    assertEquals(1, repository.lastPending(), "the counters in use go on without a gap");
    repository.push();
    assertEquals(0, repository.waitingCount());
    assertEquals(List.of(MESH, MESH), send());
    assertEquals(3, repository.lastPending());
  }

  @Test
  @DisplayName("[BR18] what waits is on no server: one that refuses or orders it makes that up")
  void madeUp() {
    repository.setAutoPush(false, Set.of());
    edit(THING, "Object", 1);
    long waiting = kept.keySet().iterator().next();
    repository.refused(waiting, ErrorCode.NOT_ALLOWED, "no", null);
    assertEquals(1, repository.waitingCount());
    assertThrows(IllegalArgumentException.class, () -> repository.ownEntry(1, waiting));
    assertEquals(1, repository.waitingCount());
  }

  @Test
  @DisplayName("[BR18] what is pushed together is not worked out anew for each that comes back")
  void comesBack() {
    repository.setAutoPush(false, Set.of());
    for (int value = 1; value <= 3; value++) {
      edit(MESH, "Mesh", value);
    }
    repository.push();
    send();
    Node before = repository.node(MESH).orElseThrow();
    repository.ownEntry(++sequence, 1);
    repository.ownEntry(++sequence, 2);
    assertSame(before, repository.node(MESH).orElseThrow());
    repository.ownEntry(++sequence, 3);
    Node after = repository.node(MESH).orElseThrow();
    assertSame(repository.image().node(MESH).orElseThrow(), after);
    assertEquals(before.properties(), after.properties());
    assertTrue(repository.take(1_000).isEmpty());
  }

  @Test
  @DisplayName("[BR18] only what waits of the named nodes is pushed")
  void pushSome() {
    repository.setAutoPush(false, Set.of());
    edit(MESH, "Mesh", 1);
    edit(THING, "Object", 1);
    repository.push(List.of(THING));
    assertEquals(List.of(THING), send());
    assertEquals(1, repository.waitingCount());
  }

  @Test
  @DisplayName(
      "[BR18, VA4] what is new goes along with what refers to it; later edits of it wait on")
  void takenAlong() {
    repository.setAutoPush(true, Set.of("Mesh"));
    create(FRESH, "Mesh", Map.of("name", new Value.Text("New")));
    edit(FRESH, "Mesh", 1);
    assertEquals(List.of(), send());
    edit(THING, "Object", new Value.Ref(FRESH));
    assertEquals(List.of(THING, FRESH), send());
    assertEquals(1, repository.waitingCount());
  }

  @Test
  @DisplayName("[BR18] also where it is made after what refers to it")
  void takenAlongLater() {
    repository.setAutoPush(true, Set.of("Mesh"));
    edit(THING, "Object", new Value.Ref(FRESH));
    create(FRESH, "Mesh", Map.of("name", new Value.Text("New")));
    assertEquals(List.of(THING, FRESH), send());
  }

  @Test
  @DisplayName(
      "[BR18, AC2] what waits survives its agent, and waits on until it is said what may go")
  void survives() {
    repository.setAutoPush(false, Set.of());
    edit(MESH, "Mesh", 1);
    List<Commit> left = List.copyOf(kept.values());
    repository = start();
    repository.restore(INCARNATION, left);
    assertThrows(IllegalStateException.class, repository::push, "no counter is sure yet");
    repository.snapshot(INCARNATION, 0, List.of(node(MESH, "Mesh", "M")));
    repository.caughtUp(7);
    assertEquals(List.of(), send());
    repository.setAutoPush(true, Set.of());
    assertEquals(List.of(MESH), send());
    assertEquals(8, repository.lastPending(), "above what the server settled");
    assertEquals(1, kept.size());
  }

  @Test
  @DisplayName("[BR18] what is edited before it is said what waits does not overtake what does")
  void notOvertaken() {
    restartWithOneWaiting();
    come();
    edit(MESH, "Mesh", 2);
    assertEquals(List.of(), send());
    repository.setAutoPush(true, Set.of());
    assertEquals(List.of(MESH, MESH), send());
    assertEquals(List.of(new Value.Int(1), new Value.Int(2)), values());
  }

  @Test
  @DisplayName("[BR5, BR18] nor does what was edited while there was no agent")
  void notOvertakenByAdopted() {
    restartWithOneWaiting();
    repository.setAutoPush(true, Set.of());
    create(MESH, "Mesh", Map.of("name", new Value.Text("M"), "a", new Value.Int(2)));
    come();
    assertEquals(List.of(MESH, MESH), send());
    assertEquals(List.of(new Value.Int(1), new Value.Int(2)), values());
  }

  private void restartWithOneWaiting() {
    repository.setAutoPush(false, Set.of());
    edit(MESH, "Mesh", 1);
    List<Commit> left = List.copyOf(kept.values());
    repository = start();
    repository.restore(INCARNATION, left);
  }

  /** What is set by all that is kept, in order. */
  private List<Value> values() {
    return kept.values().stream()
        .map(commit -> ((Operation.Set) commit.operations().get(0)).value())
        .toList();
  }

  @Test
  @DisplayName("[BR18] what waits on a node that others deleted waits on")
  void waitsOnDeleted() {
    repository.setAutoPush(true, Set.of("Mesh"));
    edit(MESH, "Mesh", 1);
    fromOther(MESH, 0, new Operation.Delete());
    repository.newLink();
    repository.caughtUp(0);
    assertEquals(List.of(), send());
    assertEquals(1, repository.waitingCount());
    repository.setAutoPush(true, Set.of());
    assertEquals(List.of(MESH), send());
  }

  @Test
  @DisplayName("[BR18, CM8] what was pushed and gets stale on its way goes out anew")
  void staleOnItsWay() {
    repository.setAutoPush(false, Set.of());
    rows(1, 2);
    repository.push();
    assertEquals(List.of(MESH), send());
    fromOther(MESH, 55, new Operation.ReplaceBuffer("rows", buffer(7)));
    assertEquals(0, repository.waitingCount());
    assertEquals(List.of(MESH), send());
  }

  @Test
  @DisplayName("[BR18, CM8] together with what waits it waits, and the artist is told")
  void staleTogether() {
    repository.setAutoPush(false, Set.of());
    rows(1, 2);
    repository.push();
    assertEquals(List.of(MESH), send());
    rows(1, 3);
    fromOther(MESH, 55, new Operation.ReplaceBuffer("rows", buffer(7)));
    assertEquals(1, repository.waitingCount());
    assertEquals(List.of(), send());
    assertTrue(repository.notices().get(0).text().contains("push it again"));
  }

  private void rows(int... values) {
    ByteBuffer bytes = ByteBuffer.wrap(buffer(values).bytes());
    Capture.Array array = new Capture.Array(DataType.UINT8, values.length, 1, bytes);
    Value.Fields tree = node(MESH, "Mesh", "M").properties();
    repository.submit(List.of(Capture.full(MESH, "Mesh", tree, Map.of("rows", array))));
  }

  private static Buffer buffer(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Buffer(DataType.UINT8, bytes.length, 1, bytes);
  }

  private void fromOther(UUID id, long newStructure, Operation step) {
    Commit commit = new Commit(OTHER, sequence + 1, id, 0, newStructure, List.of(step));
    repository.entry(new LogEntry.Committed(++sequence, commit));
  }

  @Test
  @DisplayName("[BR18] where what goes along cannot be kept, later things still go along")
  void notKept() {
    repository.setAutoPush(true, Set.of("Mesh"));
    create(FRESH, "Mesh", Map.of("name", new Value.Text("New")));
    isDiskFull = true;
    assertThrows(UncheckedIOException.class, () -> edit(THING, "Object", new Value.Ref(FRESH)));
    isDiskFull = false;
    edit(THING, "Object", new Value.Ref(FRESH));
    assertTrue(send().contains(FRESH));
    assertEquals(0, repository.waitingCount());
  }

  @Test
  @DisplayName("[BR18] what was made without waiting, or by others, is edited by hand as anything")
  void onlyTheMaking() {
    repository.setAutoPush(true, Set.of("Mesh"));
    edit(THING, "Object", new Value.Ref(FRESH));
    repository.setAutoPush(true, Set.of("Image"));
    create(FRESH, "Mesh", Map.of("name", new Value.Text("New")));
    UUID image = new UUID(2, 4);
    edit(THING, "Object", new Value.Ref(image));
    fromOther(image, 0, new Operation.Create("Image", node(image, "Image", "I").properties()));
    apply();
    send();
    repository.setAutoPush(false, Set.of());
    edit(FRESH, "Mesh", 1);
    edit(image, "Image", 1);
    assertEquals(2, repository.waitingCount());
    assertEquals(List.of(), send());
  }

  @Test
  @DisplayName("[BR18] a making that does not fit does not go along")
  void madeByOthers() {
    repository.setAutoPush(true, Set.of("Mesh"));
    create(FRESH, "Mesh", Map.of("name", new Value.Text("New")));
    fromOther(FRESH, 0, new Operation.Create("Mesh", node(FRESH, "Mesh", "N").properties()));
    edit(THING, "Object", new Value.Ref(FRESH));
    assertEquals(List.of(THING), send());
    assertEquals(1, repository.waitingCount());
  }

  @Test
  @DisplayName("[BR18] what is made anew goes along, without what waited on what others deleted")
  void madeAnew() {
    repository.setAutoPush(true, Set.of("Mesh"));
    edit(MESH, "Mesh", 1);
    fromOther(MESH, 0, new Operation.Delete());
    apply();
    repository.submit(List.of(Capture.delete(MESH, "Mesh")));
    create(MESH, "Mesh", Map.of("name", new Value.Text("M")));
    assertEquals(2, repository.waitingCount());
    edit(THING, "Object", new Value.Ref(MESH));
    assertEquals(List.of(THING, MESH), send());
    assertEquals(0, repository.waitingCount());
  }

  @Test
  @DisplayName("[BR15, BR18] reset drops what waits, and Blender gets the server's version")
  void reset() {
    repository.setAutoPush(false, Set.of());
    edit(MESH, "Mesh", 1);
    repository.reset(MESH);
    assertEquals(0, repository.waitingCount());
    assertTrue(kept.isEmpty());
    assertEquals(1, repository.take(1_000).orElseThrow().changes().size());
  }

  @Test
  @DisplayName("[BR32] a row says where its node stands, and only what changed is told")
  void rows() {
    Catalogue.Page all = repository.rows(0, 100);
    assertEquals(2, all.rows().size());
    assertEquals(List.of(), repository.rows(all.upTo(), 100).rows());
    repository.setAutoPush(true, Set.of("Mesh"));
    edit(MESH, "Mesh", 1);
    edit(THING, "Object", 1);
    Catalogue.Page page = repository.rows(all.upTo(), 100);
    assertEquals(Row.State.COMMITTED, row(page, MESH).state());
    assertEquals(1, row(page, MESH).waiting());
    assertEquals(Row.State.PUSHED, row(page, THING).state());
    send();
    repository.refused(1, ErrorCode.NOT_OWNER, "Somebody holds this.", OTHER);
    page = repository.rows(page.upTo(), 100);
    assertEquals("Somebody holds this.", row(page, THING).refused());
    assertEquals(Row.State.FETCHED, row(page, THING).state(), "Blender is put back");
    apply();
    page = repository.rows(page.upTo(), 100);
    assertEquals(Row.State.REFUSED, row(page, THING).state());
    repository.push();
    send();
    millis = 2_000;
    repository.ownEntry(++sequence, 2);
    page = repository.rows(page.upTo(), 100);
    assertEquals(Row.State.UP, row(page, MESH).state());
    assertEquals(ME, row(page, MESH).author());
    assertEquals(2_000, row(page, MESH).changedMillis());
  }

  @Test
  @DisplayName("[BR32] pages are bounded; what is gone is told once")
  void pages() {
    Catalogue.Page first = repository.rows(0, 1);
    assertTrue(first.more());
    Catalogue.Page second = repository.rows(first.upTo(), 1);
    assertEquals(1, second.rows().size());
    repository.submit(List.of(Capture.delete(MESH, "Mesh")));
    Catalogue.Page third = repository.rows(second.upTo(), 10);
    assertEquals(List.of(MESH), third.gone());
    assertEquals(List.of(), repository.rows(third.upTo(), 10).gone());
    assertEquals(List.of(), repository.rows(0, 10).gone(), "who knows nothing need not know of it");
  }

  @Test
  @DisplayName("[BR32] who owns it is told")
  void owner() {
    long upTo = repository.rows(0, 100).upTo();
    repository.entry(new LogEntry.OwnerChanged(++sequence, OTHER, List.of(MESH), OTHER));
    Catalogue.Page page = repository.rows(upTo, 100);
    assertEquals(OTHER, row(page, MESH).owner());
    assertEquals(1, page.rows().size());
  }

  private static Row row(Catalogue.Page page, UUID id) {
    return page.rows().stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
  }

  /** What goes out now, by node. */
  private List<UUID> send() {
    List<UUID> sent = new ArrayList<>();
    while (repository.unsent().isPresent()) {
      Commit commit = repository.unsent().get();
      repository.sent(commit.counter());
      sent.add(commit.node());
    }
    return sent;
  }

  private void apply() {
    repository.take(1_000_000).ifPresent(batch -> repository.done(batch.number()));
  }

  private void edit(UUID id, String type, int value) {
    edit(id, type, new Value.Int(value));
  }

  private void edit(UUID id, String type, Value value) {
    Capture.PathValue at = new Capture.PathValue(Path.of("a"), value);
    repository.submit(List.of(Capture.part(id, type, List.of(at), List.of())));
  }

  private void create(UUID id, String type, Map<String, Value> tree) {
    Value.Fields fields = new Value.Fields(new TreeMap<>(tree));
    repository.submit(List.of(Capture.full(id, type, fields, Map.of())));
  }

  private static Node node(UUID id, String type, String name) {
    Map<String, Value> tree = new HashMap<>(Map.of("name", new Value.Text(name)));
    tree.put("a", new Value.Int(0));
    return new Node(id, type, null, 0, 0, new Value.Fields(new TreeMap<>(tree)), new TreeMap<>());
  }

  @Test
  @DisplayName("[BR18, CM6] a delete waits, too")
  void waitingDelete() {
    repository.setAutoPush(true, Set.of("Mesh"));
    repository.submit(List.of(Capture.delete(MESH, "Mesh")));
    assertEquals(1, repository.waitingCount());
    repository.setAutoPush(true, Set.of("Object"));
    assertEquals(List.of(MESH), send());
    assertTrue(
        kept.values().stream()
            .allMatch(commit -> commit.operations().get(0) instanceof Operation.Delete));
  }
}
