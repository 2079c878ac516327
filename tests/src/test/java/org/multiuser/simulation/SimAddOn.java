package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;
import org.multiuser.repository.Repository;
import org.multiuser.simulation.Tally.Happening;

/**
 * An artist's Blender with the add-on in it, as docs/bridge.md has it: edits are captured later on,
 * at the latest before a change is applied to the same datablock; changes are applied in slices and
 * read back (BR21); a datablock whose artist is in a mode of its own is left out and asked for
 * later (BR15).
 */
final class SimAddOn {
  private static final Set<String> TOPOLOGY = Set.of("faces");

  private static final Path NAME = Path.of("name");

  private final EchoBlender blender;
  private final Random random;
  private final Tally tally;

  /** Hands captures to the agent; returns the commits that came of them. */
  private final Function<List<Capture>, List<Commit>> agent;

  private final Map<UUID, Touched> dirty = new LinkedHashMap<>();
  private final Set<UUID> deleted = new HashSet<>();
  private final Map<UUID, Node> bin = new TreeMap<>();
  private final Set<UUID> inMode = new HashSet<>();
  private final Set<UUID> leftOut = new HashSet<>();

  /** What the artist did to datablocks that were captured before the agent's image was complete. */
  private final Map<UUID, List<Touched>> early = new HashMap<>();

  /** Whether the agent knew exactly what this Blender held when the one before it died. */
  private boolean known = true;

  private final Deque<Change.Batch> batches = new ArrayDeque<>();
  private int place;

  SimAddOn(Random random, Tally tally, Function<List<Capture>, List<Commit>> agent) {
    this.random = random;
    this.tally = tally;
    this.agent = agent;
    blender = new EchoBlender(random, tally);
  }

  EchoBlender blender() {
    return blender;
  }

  /** Whether nothing is under way. */
  boolean isQuiet() {
    return dirty.isEmpty() && deleted.isEmpty() && batches.isEmpty() && leftOut.isEmpty();
  }

  // --- the artist ---

  /** One random edit; it is not captured yet. */
  void edit() {
    List<UUID> ids = new ArrayList<>(blender.ids());
    int kind = random.nextInt(40);
    if (ids.isEmpty() || kind < 4) {
      create();
      return;
    }
    UUID target = ids.get(random.nextInt(ids.size()));
    if (kind == 4) {
      delete(target);
    } else if (kind == 5) {
      inMode.add(target);
    } else if (kind < 8) {
      inMode.clear();
    } else {
      Touched touched = dirty.computeIfAbsent(target, id -> new Touched());
      blender.put(SimTree.edited(blender.get(target), random, touched));
      if (place > 0) {
        tally.count(Happening.EDITED_AMID_BATCH);
      }
    }
  }

  private void create() {
    List<UUID> gone = new ArrayList<>(bin.keySet());
    gone.removeAll(blender.ids());
    Node fresh;
    if (!gone.isEmpty() && random.nextInt(3) == 0) {
      fresh = bin.remove(gone.get(random.nextInt(gone.size()))); // Undo brings it back.
      deleted.remove(fresh.id());
      tally.count(Happening.CREATED_AGAIN);
    } else {
      fresh = SimTree.fresh(random);
    }
    Touched touched = new Touched();
    touched.fresh = true;
    dirty.put(fresh.id(), touched);
    blender.put(fresh);
  }

  private void delete(UUID id) {
    bin.put(id, blender.get(id));
    blender.remove(id);
    forget(id);
    deleted.add(id);
    tally.count(Happening.DELETED);
  }

  private void forget(UUID id) {
    dirty.remove(id);
    inMode.remove(id);
  }

  // --- capture ---

  /** Captures some of what is dirty, and sometimes what is not. */
  void capture() {
    for (UUID id : List.copyOf(dirty.keySet())) {
      if (!inMode.contains(id) && random.nextInt(3) > 0) {
        capture(id);
      }
    }
    for (UUID id : List.copyOf(deleted)) {
      deleted.remove(id);
      for (Commit commit : agent.apply(List.of(Capture.delete(id, "Mesh")))) {
        assertEquals(List.of(new Operation.Delete()), commit.operations());
      }
    }
    List<UUID> ids = new ArrayList<>(blender.ids());
    if (!ids.isEmpty() && random.nextInt(4) == 0) {
      UUID id = ids.get(random.nextInt(ids.size()));
      if (!dirty.containsKey(id)) {
        tally.count(Happening.CAPTURED_UNCHANGED);
        submit(full(blender.get(id)), new Touched());
      }
    }
  }

  /** Everything is captured, and the artist is in no mode. */
  void captureAll() {
    inMode.clear();
    while (!dirty.isEmpty() || !deleted.isEmpty()) {
      capture();
    }
  }

  private void capture(UUID id) {
    Touched touched = dirty.remove(id);
    Node node = blender.get(id);
    boolean whole = touched.fresh || random.nextInt(3) == 0;
    tally.count(whole ? Happening.CAPTURED_FULL : Happening.CAPTURED_PART);
    submit(whole ? full(node) : part(node, touched), touched);
  }

  private void submit(Capture capture, Touched touched) {
    List<Commit> commits = agent.apply(List.of(capture));
    if (commits.isEmpty()) {
      early(capture.id(), touched);
    }
    for (Commit commit : commits) {
      List<Operation> echoes = touched.beyond(commit);
      if (!echoes.isEmpty()) {
        throw new AssertionError("[BR21] a commit says what its artist did not do: " + echoes);
      }
    }
  }

  /**
   * A new agent: it is told everything (BR5).
   *
   * @param settled whether the old one had made commits of all that it was told
   * @param exact whether what the old one knew of this Blender is all there
   */
  void restarted(boolean settled, boolean exact) {
    batches.clear();
    place = 0;
    leftOut.clear();
    if (settled) {
      early.clear();
      known = true;
    }
    known &= exact;
    dirty.forEach(this::early);
    dirty.clear();
    List<Capture> all = new ArrayList<>();
    deleted.forEach(id -> all.add(Capture.delete(id, "Mesh")));
    deleted.clear();
    blender.all().forEach(node -> all.add(full(node)));
    assertEquals(List.of(), agent.apply(all), "commits before the image is complete");
  }

  private void early(UUID id, Touched touched) {
    early.computeIfAbsent(id, key -> new ArrayList<>()).add(touched);
  }

  /**
   * The agent made a commit of what it was told before its image was complete, or of a version that
   * it offers once more, which says all of it.
   */
  void adopted(Commit commit) {
    if (!known || commit.newStructure() != 0) {
      return;
    }
    List<Operation> echoes = new ArrayList<>(commit.operations());
    echoes.removeIf(Operation.Delete.class::isInstance);
    // One patch may say what the artist did to different rows in several captures.
    Touched all = Touched.together(early.getOrDefault(commit.node(), List.of()));
    echoes.retainAll(all.beyond(commit));
    if (!echoes.isEmpty()) {
      throw new AssertionError("[BR5] a commit says what its artist did not do: " + echoes);
    }
  }

  static Capture full(Node node) {
    return new Capture(
        node.id(),
        "Mesh",
        Capture.Kind.FULL,
        node.properties(),
        List.of(),
        List.of(),
        arrays(node.buffers()),
        true,
        true,
        TOPOLOGY);
  }

  private static Capture part(Node node, Touched touched) {
    List<Capture.PathValue> values = new ArrayList<>();
    List<Path> removed = new ArrayList<>();
    for (Path path : touched.paths) {
      Values.at(node.properties(), path)
          .ifPresentOrElse(
              value -> values.add(new Capture.PathValue(path, value)), () -> removed.add(path));
    }
    boolean all = touched.structure || touched.mask;
    Map<String, Buffer> buffers = new TreeMap<>(node.buffers());
    if (!all) {
      buffers.keySet().removeIf(name -> !touched.points || !name.equals("points"));
    }
    return new Capture(
        node.id(),
        "Mesh",
        Capture.Kind.PART,
        null,
        values,
        removed,
        arrays(buffers),
        all,
        touched.structure,
        TOPOLOGY);
  }

  private static Map<String, Capture.Array> arrays(Map<String, Buffer> buffers) {
    Map<String, Capture.Array> arrays = new LinkedHashMap<>();
    buffers.forEach(
        (name, buffer) ->
            arrays.put(
                name,
                new Capture.Array(
                    buffer.type(),
                    buffer.rows(),
                    buffer.columns(),
                    ByteBuffer.wrap(buffer.bytes().clone()))));
    return arrays;
  }

  // --- apply ---

  /** Takes a batch and applies so many changes of those that wait. */
  void follow(Repository repository, int most, boolean mayFail) {
    for (UUID id : List.copyOf(leftOut)) {
      if (!inMode.contains(id)) {
        leftOut.remove(id);
        repository.whole(id);
        tally.count(Happening.WHOLE_ASKED);
      }
    }
    if (batches.size() < 2) {
      repository.take(random.nextInt(4000)).ifPresent(batches::add);
    }
    List<Capture> bases = new ArrayList<>();
    for (int i = 0; i < most && !batches.isEmpty(); i++) {
      Change.Batch batch = batches.peek();
      apply(batch.changes().get(place++), bases, repository, mayFail && random.nextInt(60) == 0);
      if (place == batch.changes().size()) {
        handOver(bases);
        place = 0;
        batches.poll();
        repository.done(batch.number());
      }
    }
    handOver(bases);
  }

  private void handOver(List<Capture> bases) {
    if (!bases.isEmpty()) {
      tally.count(Happening.READ_BACK);
      if (!agent.apply(List.copyOf(bases)).isEmpty()) {
        throw new AssertionError("[BR21] a read-back became a commit");
      }
      bases.clear();
    }
  }

  private void apply(Change change, List<Capture> bases, Repository repository, boolean fails) {
    UUID id = change.id();
    if (change instanceof Change.Delete) {
      if (blender.get(id) != null) {
        bin.put(id, blender.get(id));
      }
      blender.remove(id);
      forget(id);
      bases.add(base(id, Value.Fields.EMPTY, List.of()));
      return;
    }
    if (inMode.contains(id)) {
      tally.count(Happening.LEFT_OUT_IN_MODE);
      leftOut.add(id);
      bases.add(nothing(id));
      return;
    }
    if (dirty.containsKey(id)) {
      tally.count(Happening.CAPTURED_BEFORE_APPLYING);
      capture(id);
    }
    if (change instanceof Change.Whole whole) {
      deleted.remove(id);
      blender.put(SimTree.node(id, whole.properties(), whole.buffers()));
      bases.add(base(id, blender.get(id).properties(), List.of()));
    } else if (blender.get(id) == null) {
      bases.add(nothing(id));
      repository.whole(id);
    } else if (fails) {
      tally.count(Happening.WRITE_FAILED);
      bases.add(nothing(id));
      repository.whole(id);
    } else {
      part((Change.Part) change, bases);
    }
  }

  private void part(Change.Part part, List<Capture> bases) {
    UUID id = part.id();
    Node after = SimTree.apply(blender.get(id), part.operations());
    TreeMap<String, Buffer> buffers = new TreeMap<>(after.buffers());
    buffers.keySet().removeAll(part.goneBuffers());
    buffers.putAll(part.buffers());
    blender.put(SimTree.node(id, after.properties(), buffers));
    Value.Fields now = blender.get(id).properties();
    List<Capture.PathValue> read = new ArrayList<>();
    for (Operation step : part.operations()) {
      if (step instanceof Operation.Set set) {
        Values.at(now, set.path())
            .ifPresent(value -> read.add(new Capture.PathValue(set.path(), value)));
      }
    }
    if (read.isEmpty()) { // One that names nothing would say that the change was left out.
      read.add(new Capture.PathValue(NAME, now.values().get("name")));
    }
    bases.add(base(id, null, read));
  }

  private static Capture nothing(UUID id) {
    return base(id, null, List.of());
  }

  private static Capture base(UUID id, Value.Fields tree, List<Capture.PathValue> paths) {
    return new Capture(
        id, "Mesh", Capture.Kind.BASE, tree, paths, List.of(), Map.of(), false, false, Set.of());
  }
}
