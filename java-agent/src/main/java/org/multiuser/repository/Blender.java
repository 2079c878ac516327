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
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * What is known of Blender: per node what it was asked to hold, what it was last seen to hold (the
 * shadow: clamped, rounded, renamed as Blender likes), and the changes on their way to it. A
 * shadow's structure token is that of the topology that Blender holds.
 */
final class Blender {
  /** A change that Blender took and did not report done. */
  private static final class Flight {
    final Change change;
    final Node wanted;
    boolean readBack;
    final Set<String> buffersReadBack = new HashSet<>();

    Flight(Change change, Node wanted) {
      this.change = change;
      this.wanted = wanted;
    }
  }

  final Map<UUID, Node> asked = new HashMap<>();
  final Map<UUID, Node> shadow = new HashMap<>();
  private final Map<Integer, List<Flight>> batches = new HashMap<>();
  private final Map<UUID, List<Flight>> byNode = new HashMap<>();

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
  }

  boolean onItsWay(UUID id) {
    return byNode.containsKey(id);
  }

  /** Whether the node is about to go from Blender. */
  boolean going(UUID id) {
    List<Flight> flights = byNode.get(id);
    return flights != null && flights.get(flights.size() - 1).change instanceof Change.Delete;
  }

  /**
   * Blender reported an edit of its own made before what is on its way will be applied: what it
   * will hold in the end is the edit with those changes over it.
   */
  Node withFlights(UUID id, Node node) {
    Node result = node;
    for (Flight flight : byNode.getOrDefault(id, List.of())) {
      result = over(result, flight);
    }
    return result;
  }

  /** Blender was read back after applying (BR21). */
  void readBack(Capture capture) {
    UUID id = capture.id();
    Node old = shadow.get(id);
    List<Flight> flights = byNode.getOrDefault(id, List.of());
    Node wanted = flights.isEmpty() ? asked.get(id) : flights.get(0).wanted;
    if (old == null) {
      old = wanted;
    }
    if (old == null) {
      return;
    }
    shadow.put(id, CaptureDiff.between(old, capture).after());
    for (Flight flight : flights) {
      flight.readBack |= capture.properties() != null || !capture.paths().isEmpty();
      flight.buffersReadBack.addAll(capture.buffers().keySet());
    }
  }

  /**
   * Blender applied a batch: its buffers count as held exactly; so do the properties of a node that
   * was not read back.
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
      put(shadow, id, held(shadow.get(id), flight));
    }
    return true;
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
    shadow.put(node.id(), CaptureDiff.with(seen, seen.properties(), shared));
  }

  /** Forgets all but what Blender was seen to hold. */
  void forgetAsked() {
    asked.clear();
    batches.clear();
    byNode.clear();
  }

  private static Node held(Node seen, Flight flight) {
    if (flight.change instanceof Change.Delete) {
      return null;
    }
    Node base = seen == null ? flight.wanted : seen;
    Node after = over(base, flight);
    SortedMap<String, Buffer> buffers = new TreeMap<>(after.buffers());
    for (String name : flight.buffersReadBack) {
      if (base.buffers().containsKey(name)) {
        buffers.put(name, base.buffers().get(name));
      }
    }
    return CaptureDiff.with(
        after, flight.readBack ? base.properties() : after.properties(), buffers);
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
