package org.multiuser.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * What is known of Blender: per node what it was asked to hold, what it was last seen to hold (the
 * shadow: clamped, rounded, renamed as Blender likes), and the changes on their way to it. A
 * shadow's structure token is that of the topology that Blender holds.
 */
final class Blender {
  /** How far a change that Blender took has come. */
  private enum Stage {
    ON_ITS_WAY,
    /** It was read back after applying; the shadow has it. */
    APPLIED,
    /** Blender could not apply it and holds what it held. */
    LEFT_OUT
  }

  /** A change that Blender took and did not report done. */
  private static final class Flight {
    final Change change;
    final Node wanted;
    Stage stage = Stage.ON_ITS_WAY;

    Flight(Change change, Node wanted) {
      this.change = change;
      this.wanted = wanted;
    }

    boolean isOnItsWay() {
      return stage == Stage.ON_ITS_WAY;
    }

    /** Whether it makes the node where Blender does not have it. */
    boolean isWhole() {
      return change instanceof Change.Whole;
    }

    boolean setsName() {
      return !(change instanceof Change.Part part)
          || part.operations().stream().anyMatch(Names::isNaming);
    }
  }

  final Map<UUID, Node> asked = new HashMap<>();
  final Map<UUID, Node> shadow = new HashMap<>();
  private final HeldStore store;

  /** What an agent before this one knew, of nodes that were not captured as a whole since. */
  private final Map<UUID, Held> left = new HashMap<>();

  private final Set<UUID> toKeep = new HashSet<>();

  /**
   * What Blender deleted because it was asked to. What referred to it there does so no more, of
   * which the shadow says nothing.
   */
  private final Set<UUID> gone = new HashSet<>();

  /** Those of them that Blender made anew, because it was asked to. */
  private final Set<UUID> anew = new HashSet<>();

  private final Map<Integer, List<Flight>> batches = new HashMap<>();
  private final Map<UUID, List<Flight>> byNode = new HashMap<>();

  /** What others changed and Blender left out, as the artist was in a mode of its own (BR21). */
  private final Set<UUID> behind = new HashSet<>();

  private final Catalogue catalogue;

  Blender(HeldStore store, Catalogue catalogue) {
    this.store = store;
    this.catalogue = catalogue;
  }

  /** Whether Blender does not show yet what others did to a node. */
  boolean isBehind(UUID id) {
    return onItsWay(id) || behind.contains(id);
  }

  // --- across agents ---

  /** Takes over what the agent before this one knew (BR5). */
  void resume(Map<UUID, Held> known) {
    left.putAll(known);
    known.forEach(
        (id, held) -> {
          put(shadow, id, held.held());
          put(asked, id, held.held());
        });
  }

  /**
   * Nodes of which it is not known whether Blender applied a change that the earlier agent gave it.
   */
  List<UUID> doubtful() {
    return left.entrySet().stream()
        .filter(entry -> entry.getValue().coming() != null)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The first whole capture since another agent died: what Blender held then is settled by it.
   *
   * @return whether it is the first one of a node that the other agent knew
   */
  boolean settle(Capture capture) {
    UUID id = capture.id();
    Held known = left.remove(id);
    if (known != null && known.coming() != null) {
      Node base = Resumed.base(known, capture);
      see(id, base);
      if (!onItsWay(id)) {
        asked.put(id, base);
      }
    }
    return known != null;
  }

  /** Hands what changed to the store; only when all edits in it are commits. */
  void keep() {
    for (UUID id : toKeep) {
      Node held = shadow.get(id);
      List<Flight> flights = coming(id);
      boolean canBe = held != null || flights.stream().anyMatch(Flight::isWhole);
      Node last = flights.isEmpty() || !canBe ? null : flights.get(flights.size() - 1).wanted;
      store.keep(id, new Held(held, last));
    }
    toKeep.clear();
  }

  /** Blender holds this; null for nothing. */
  void see(UUID id, Node node) {
    put(shadow, id, node);
    if (node == null) {
      left.remove(id);
    }
    toKeep.add(id);
  }

  // --- changes and edits ---

  /** Sets or, with null, removes. */
  static void put(Map<UUID, Node> map, UUID id, Node node) {
    if (node == null) {
      map.remove(id);
    } else {
      map.put(id, node);
    }
  }

  /** A change goes out: from now on Blender is asked to hold {@code wanted}, null for nothing. */
  void taken(int batch, Change change, Node wanted) {
    Flight flight = new Flight(change, wanted);
    batches.computeIfAbsent(batch, key -> new ArrayList<>()).add(flight);
    byNode.computeIfAbsent(change.id(), key -> new ArrayList<>()).add(flight);
    put(asked, change.id(), wanted);
    toKeep.add(change.id());
    catalogue.changed(change.id());
  }

  /** Whether Blender took a change to the node that it has not applied yet. */
  boolean onItsWay(UUID id) {
    return !coming(id).isEmpty();
  }

  /** Whether the node is about to go from Blender. */
  boolean going(UUID id) {
    List<Flight> flights = coming(id);
    return !flights.isEmpty() && flights.get(flights.size() - 1).change instanceof Change.Delete;
  }

  private List<Flight> coming(UUID id) {
    return byNode.getOrDefault(id, List.of()).stream().filter(Flight::isOnItsWay).toList();
  }

  /**
   * Blender reported an edit of its own. If changes are on their way, the edit was made before they
   * are applied: what Blender will hold in the end is the edit with those changes over it. What it
   * does not hold a whole makes, and a part does not (BR21).
   *
   * @param told what it was asked to hold, with the edit; null for nothing
   */
  void edited(UUID id, Node told) {
    List<Flight> flights = coming(id);
    Node result = !flights.isEmpty() && shadow.containsKey(id) ? shadow.get(id) : told;
    for (Flight flight : flights) {
      if (result != null || flight.isWhole()) {
        result = over(result, flight);
      }
    }
    put(asked, id, result);
  }

  /**
   * Blender holds a node that others made as well, before it was told of it: it need not be told to
   * make it, but must be told when it goes.
   */
  void holds(UUID id) {
    if (!onItsWay(id)) {
      asked.putIfAbsent(id, shadow.get(id));
    }
  }

  /**
   * Blender was read back after applying the first of the changes on their way to a node (BR21):
   * its steps and buffers count as held, but for what the read-back says otherwise; after a delete
   * it has an empty tree. One that names nothing says that the change was left out.
   */
  void readBack(Capture capture) {
    UUID id = capture.id();
    List<Flight> flights = coming(id);
    Flight first = flights.isEmpty() ? null : flights.get(0);
    if (first != null && capture.isEmpty()) {
      first.stage = Stage.LEFT_OUT;
      behind.add(id);
      toKeep.add(id);
      return;
    }
    Node held = shadow.get(id);
    if (first != null) {
      first.stage = Stage.APPLIED;
      behind.remove(id);
      left.remove(id); // Of what was doubtful Blender got the whole.
      held = over(held, first);
      cameOrWent(first);
      if (first.change instanceof Change.Delete) {
        see(id, held);
        return;
      }
    } else if (held == null) {
      held = asked.get(id);
    }
    if (held != null) {
      see(id, CaptureDiff.between(held, capture).after());
    }
  }

  /** Blender changed a node by itself when a change to another one was applied (BR25). */
  void consequence(Capture capture) {
    Node held = shadow.get(capture.id());
    if (held != null) {
      see(capture.id(), CaptureDiff.between(held, capture).after());
    }
  }

  /**
   * Blender gave a datablock another name, because another one was to have its own (BR24).
   *
   * @return whether it is known that it had that name; else the artist had just given it, and a
   *     capture with the one it has now is on its way
   */
  boolean displaced(UUID id, String had, String has) {
    Node held = shadow.get(id);
    if (held == null || !isNamed(held, had)) {
      return false;
    }
    see(id, CaptureDiff.applied(held, List.of(Names.rename(has))));
    Node told = asked.get(id);
    if (told != null && isNamed(told, had) && coming(id).stream().noneMatch(Flight::setsName)) {
      asked.put(id, CaptureDiff.applied(told, List.of(Names.rename(has))));
    }
    return true;
  }

  /** Whether Blender was last seen to show a node under this one's name. */
  boolean showsUnder(UUID id, Node named) {
    Node held = shadow.get(id);
    return held != null && Names.of(held).equals(Names.of(named));
  }

  private static boolean isNamed(Node node, String name) {
    return Names.of(node).filter(name::equals).isPresent();
  }

  /**
   * Blender applied a batch: what was not read back counts as held exactly.
   *
   * @return whether such a batch was on its way
   */
  boolean done(int batch) {
    List<Flight> flights = batches.remove(batch);
    if (flights == null) {
      return false;
    }
    for (Flight flight : flights) {
      UUID id = flight.change.id();
      List<Flight> own = byNode.get(id);
      own.remove(flight);
      if (own.isEmpty()) {
        byNode.remove(id);
      }
      toKeep.add(id);
      catalogue.changed(id);
      if (flight.isOnItsWay()) {
        behind.remove(id);
        left.remove(id);
        cameOrWent(flight);
        see(id, over(shadow.get(id), flight));
      }
    }
    return true;
  }

  private void cameOrWent(Flight flight) {
    UUID id = flight.change.id();
    if (flight.change instanceof Change.Delete) {
      gone.add(id);
      anew.remove(id);
    } else if (gone.contains(id)) {
      anew.add(id);
    }
  }

  /** Blender has a node of which the artist brought back whatever referred to it, too. */
  void isBack(UUID id) {
    gone.remove(id);
    anew.remove(id);
  }

  /** Those of an edit's steps that Blender made by itself, as it was asked to delete something. */
  List<Operation> dropped(Node old, List<Operation> steps) {
    return Dropped.of(old, steps, gone);
  }

  /**
   * What Blender was asked to delete is there again, but nothing refers to it: that is to be asked
   * for.
   *
   * @return the nodes that are to refer to it
   */
  List<UUID> bereft() {
    if (anew.isEmpty()) {
      return List.of();
    }
    List<UUID> found = new ArrayList<>();
    for (Node node : List.copyOf(shadow.values())) {
      List<Operation> steps = Dropped.from(node, anew);
      if (!steps.isEmpty()) {
        see(node.id(), CaptureDiff.applied(node, steps));
        madeOfItself(node.id(), steps);
        found.add(node.id());
      }
    }
    gone.removeAll(anew);
    anew.clear();
    return found;
  }

  /** Blender made these steps without being asked: they are to be put back. */
  void madeOfItself(UUID id, List<Operation> steps) {
    Node told = asked.get(id);
    if (told != null) {
      edited(id, CaptureDiff.applied(told, steps));
    }
  }

  /** Lets equal bytes of image and shadow be one array. */
  void share(Node node) {
    Node seen = shadow.get(node.id());
    if (seen == null) {
      return;
    }
    SortedMap<String, Buffer> shared = new TreeMap<>(seen.buffers());
    shared.replaceAll(
        (name, own) -> own.equals(node.buffers().get(name)) ? node.buffers().get(name) : own);
    see(node.id(), CaptureDiff.with(seen, seen.properties(), shared));
  }

  /** The topology that Blender holds is known by this token from now on (SPEC NO4). */
  void retoken(UUID id, long structure) {
    Node seen = shadow.get(id);
    if (seen != null) {
      see(id, withStructure(seen, structure));
    }
  }

  /** The node with another structure token. */
  static Node withStructure(Node node, long structure) {
    return new Node(
        node.id(),
        node.type(),
        node.owner(),
        node.revision(),
        structure,
        node.properties(),
        node.buffers());
  }

  /** Blender holds a node no more, without being asked; a change on its way may bring it back. */
  void lost(UUID id) {
    see(id, null);
    edited(id, null);
  }

  /** Forgets all. */
  void forget() {
    forgetAsked();
    List.copyOf(shadow.keySet()).forEach(id -> see(id, null));
  }

  /** Forgets all but what Blender was seen to hold. */
  void forgetAsked() {
    asked.clear();
    left.clear();
    batches.clear();
    byNode.clear();
    gone.clear();
    anew.clear();
  }

  /** What Blender holds once this change is applied to what it holds. */
  private static Node over(Node node, Flight flight) {
    if (flight.change instanceof Change.Delete || node == null) {
      return flight.wanted;
    }
    if (!(flight.change instanceof Change.Part part)) {
      return flight.wanted;
    }
    Node after = CaptureDiff.applied(node, part.operations());
    SortedMap<String, Buffer> buffers = new TreeMap<>(after.buffers());
    buffers.keySet().removeAll(part.goneBuffers());
    buffers.putAll(part.buffers());
    return new Node(
        node.id(),
        node.type(),
        node.owner(),
        node.revision(),
        part.structure() ? flight.wanted.structure() : node.structure(),
        after.properties(),
        buffers);
  }
}
