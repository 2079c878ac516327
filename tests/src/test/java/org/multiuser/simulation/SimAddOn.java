package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private static final Path NAME = Path.of("name");

  private final EchoBlender blender;
  private final History history = new History();
  private final Hands hands;
  private final Echoes echoes;
  private final Random random;
  private final Tally tally;

  /** Hands captures to the agent; returns the commits that came of them. */
  private final Function<List<Capture>, List<Commit>> agent;

  /** All artists' commits to a datablock since it was made. */
  private final Function<UUID, List<Commit>> commits;

  private final Map<UUID, Touched> dirty = new LinkedHashMap<>();
  private final Set<UUID> deleted = new HashSet<>();
  private final Map<UUID, Node> bin = new TreeMap<>();
  private final Set<UUID> inMode = new HashSet<>();
  private final Set<UUID> leftOut = new HashSet<>();

  private final Whims whims;

  /**
   * What was deleted, or exchanged by undo (true), since an agent was started that is not in step.
   */
  private final Map<UUID, Boolean> early = new TreeMap<>();

  private final Deque<Change.Batch> batches = new ArrayDeque<>();
  private int place;

  SimAddOn(
      UUID artist,
      Random random,
      Tally tally,
      Function<List<Capture>, List<Commit>> agent,
      Function<UUID, List<Commit>> commits) {
    this.random = random;
    this.tally = tally;
    this.agent = agent;
    this.commits = commits;
    hands = new Hands(artist);
    blender = new EchoBlender(random, tally);
    echoes = new Echoes(hands, tally);
    whims = new Whims(blender, hands, random, tally);
  }

  EchoBlender blender() {
    return blender;
  }

  /** Whether nothing is under way. */
  boolean isQuiet() {
    return dirty.isEmpty()
        && deleted.isEmpty()
        && batches.isEmpty()
        && leftOut.isEmpty()
        && whims.isQuiet();
  }

  // --- the artist ---

  /** One random edit; it is not captured yet. */
  void edit() {
    List<UUID> ids = new ArrayList<>(blender.ids());
    if (history.isEmpty()) {
      history.push(blender);
    }
    int kind = random.nextInt(44);
    if (ids.isEmpty() || kind < 4) {
      create();
    } else if (kind == 4) {
      delete(ids.get(random.nextInt(ids.size())));
    } else if (kind == 5) {
      inMode.add(ids.get(random.nextInt(ids.size())));
      return;
    } else if (kind < 8) {
      inMode.clear();
      return;
    } else if (kind < 10) {
      undo();
      return;
    } else if (kind == 10 && ids.size() > 1) {
      UUID one = ids.remove(random.nextInt(ids.size()));
      swapNames(one, ids.get(random.nextInt(ids.size())));
    } else {
      edit(ids.get(random.nextInt(ids.size())));
    }
    history.push(blender);
  }

  private void edit(UUID target) {
    captureIfUndone(target);
    Touched touched = dirty.computeIfAbsent(target, id -> new Touched());
    edited(target, SimTree.edited(blender.get(target), random, touched));
  }

  /** Two datablocks exchange their names, by way of a third name. */
  private void swapNames(UUID one, UUID other) {
    Value first = blender.get(one).properties().values().get("name");
    Value second = blender.get(other).properties().values().get("name");
    tally.count(Happening.NAMES_SWAPPED);
    rename(one, new Value.Text("Swapped"));
    rename(other, first);
    rename(one, second);
  }

  private void rename(UUID target, Value name) {
    captureIfUndone(target);
    dirty.computeIfAbsent(target, id -> new Touched()).value("name");
    edited(target, EchoBlender.renamed(blender.get(target), name));
  }

  private void edited(UUID target, Node wanted) {
    Node before = blender.get(target);
    blender.put(wanted);
    hands.edited(target, before, blender.get(target));
    if (place > 0) {
      tally.count(Happening.EDITED_AMID_BATCH);
    }
  }

  /**
   * Undo or redo. What was edited before is captured as that, if there is time; then all that there
   * is now is to be captured as rewound (BR23).
   */
  private void undo() {
    inMode.clear();
    capture();
    Map<UUID, Node> then = history.move(random).orElse(null);
    if (then == null) {
      return;
    }
    tally.count(Happening.UNDONE);
    Set<UUID> gone = new TreeSet<>(blender.ids());
    gone.removeAll(then.keySet());
    blender.all().forEach(node -> hands.exchanged(node.id(), node));
    blender.showAll(then);
    dirty.clear();
    for (UUID id : then.keySet()) {
      deleted.remove(id);
      dirty.put(id, rewound());
    }
    for (UUID id : gone) {
      submit(Captures.delete(id).asRewound(), rewound());
    }
  }

  private static Touched rewound() {
    Touched touched = new Touched();
    touched.rewound = true;
    return touched;
  }

  private static Touched deletion() {
    Touched touched = new Touched();
    touched.deleted = true;
    return touched;
  }

  private void captureIfUndone(UUID id) {
    if (dirty.containsKey(id) && dirty.get(id).rewound) {
      capture(id);
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
    hands.edited(fresh.id(), null, fresh);
  }

  private void delete(UUID id) {
    captureIfUndone(id);
    hands.leaving(id, blender.get(id));
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
      early.put(id, false);
      submit(Captures.delete(id), deletion());
    }
    List<UUID> ids = new ArrayList<>(blender.ids());
    if (!ids.isEmpty() && random.nextInt(4) == 0) {
      UUID id = ids.get(random.nextInt(ids.size()));
      if (!dirty.containsKey(id)) {
        tally.count(Happening.CAPTURED_UNCHANGED);
        submit(Captures.full(blender.get(id)), new Touched());
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
    if (touched.rewound) {
      tally.count(Happening.CAPTURED_REWOUND);
      submit(Captures.full(node).asRewound(), touched);
      return;
    }
    boolean whole = touched.fresh || random.nextInt(3) == 0;
    tally.count(whole ? Happening.CAPTURED_FULL : Happening.CAPTURED_PART);
    submit(whole ? Captures.full(node) : Captures.part(node, touched), touched);
  }

  private void submit(Capture capture, Touched touched) {
    if (touched.rewound) {
      early.put(capture.id(), true);
      hands.rewound(capture.id(), commits.apply(capture.id()));
    } else {
      hands.told(capture.id());
    }
    List<Commit> made = agent.apply(List.of(capture));
    echoes.captured(capture.id(), touched, made, this::isRenamed);
  }

  /** Whether a datablock is gone, or may have another name than the one it was captured with. */
  private boolean isRenamed(UUID id) {
    return blender.get(id) == null || (dirty.containsKey(id) && dirty.get(id).mayBeRenamed());
  }

  /**
   * A new agent: it is told everything (BR5).
   *
   * @param settled whether the old one was in step: all that it was told became commits
   * @param exact whether what the old one knew of this Blender is all there
   */
  void restarted(boolean settled, boolean exact) {
    batches.clear();
    place = 0;
    leftOut.clear();
    whims.restarted();
    echoes.restarted(settled, exact);
    if (settled) { // What undo took away and is to come back no commit tells of.
      early.entrySet().removeIf(it -> !it.getValue() || blender.get(it.getKey()) != null);
    }
    deleted.forEach(id -> early.put(id, false));
    deleted.forEach(id -> echoes.early(id, deletion()));
    deleted.clear();
    dirty.forEach((id, touched) -> early.merge(id, touched.rewound, Boolean::logicalOr));
    dirty.forEach(echoes::early);
    dirty.clear();
    List<Capture> all = new ArrayList<>();
    early.forEach((id, rewound) -> all.add(again(Captures.delete(id), rewound)));
    all.removeIf(capture -> blender.get(capture.id()) != null);
    for (Node node : blender.all()) {
      all.add(again(Captures.full(node), early.getOrDefault(node.id(), false)));
    }
    hands.restarted(blender.ids());
    assertEquals(List.of(), agent.apply(all), "commits before the image is complete");
  }

  private static Capture again(Capture capture, boolean rewound) {
    return rewound ? capture.asRewound() : capture;
  }

  /** The agent made commits unasked. */
  void adopted(List<Commit> commits) {
    echoes.adopted(commits, blender::get, this::isRenamed);
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
    if (batches.isEmpty()) {
      whims.complete(repository);
    }
    if (batches.size() < 2) {
      repository.take(random.nextInt(4000)).ifPresent(this::taken);
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

  private void taken(Change.Batch batch) {
    for (Change change : batch.changes()) {
      UUID id = change.id();
      if (hands.knows(id)) {
        hands.coming(id, commits.apply(id), change instanceof Change.Whole && isGone(id));
      }
    }
    batches.add(batch);
    hands.taken();
  }

  private boolean isGone(UUID id) {
    return blender.get(id) == null
        || batches.stream()
            .flatMap(batch -> batch.changes().stream())
            .anyMatch(change -> change instanceof Change.Delete && change.id().equals(id));
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
      hands.applied(id, blender.get(id), null, batches.size());
      blender.remove(id);
      forget(id);
      bases.add(Captures.base(id, Value.Fields.EMPTY, List.of()));
      return;
    }
    if (inMode.contains(id)) {
      tally.count(Happening.LEFT_OUT_IN_MODE);
      leftOut.add(id);
      bases.add(Captures.nothing(id));
      return;
    }
    if (dirty.containsKey(id)) {
      tally.count(Happening.CAPTURED_BEFORE_APPLYING);
      handOver(bases); // It may have changed by itself.
      capture(id);
    }
    if (change instanceof Change.Whole whole) {
      deleted.remove(id);
      show(SimTree.node(id, whole.properties(), whole.buffers()), bases);
      bases.add(Captures.base(id, blender.get(id).properties(), List.of()));
    } else if (blender.get(id) == null) {
      bases.add(Captures.nothing(id));
      repository.whole(id);
    } else if (fails) {
      tally.count(Happening.WRITE_FAILED);
      bases.add(Captures.nothing(id));
      repository.whole(id);
    } else {
      part((Change.Part) change, bases);
    }
  }

  /** As it is to be, its name included: another datablock that has it makes way (BR24). */
  private void show(Node node, List<Capture> bases) {
    Node before = blender.get(node.id());
    blender.makeWay(node).ifPresent(bases::add);
    handOver(bases); // Before anything else is captured of who made way.
    blender.put(node);
    whims.broughtBack(node.id(), before);
    hands.applied(node.id(), before, blender.get(node.id()), batches.size());
  }

  private void part(Change.Part part, List<Capture> bases) {
    UUID id = part.id();
    Node after = SimTree.apply(blender.get(id), part.operations());
    TreeMap<String, Buffer> buffers = new TreeMap<>(after.buffers());
    buffers.keySet().removeAll(part.goneBuffers());
    buffers.putAll(part.buffers());
    Node before = blender.get(id);
    show(SimTree.node(id, after.properties(), buffers), bases);
    whims.refuse(part, before);
    Value.Fields now = blender.get(id).properties();
    List<Path> missing = new ArrayList<>();
    List<Capture.PathValue> read = new ArrayList<>();
    for (Operation step : part.operations()) {
      if (step instanceof Operation.Set set) {
        Values.at(now, set.path())
            .ifPresentOrElse(
                value -> read.add(new Capture.PathValue(set.path(), value)),
                () -> missing.add(set.path()));
      }
    }
    if (read.isEmpty()) { // One that names nothing would say that the change was left out.
      read.add(new Capture.PathValue(NAME, now.values().get("name")));
    }
    bases.add(Captures.base(id, null, read, missing));
    whims.consequence(id, dirty).ifPresent(bases::add);
  }
}
