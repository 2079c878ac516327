package org.multiuser.simulation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.simulation.Tally.Happening;

/**
 * A Blender made of a map that does not hold what it is told: it clamps whole numbers, rounds real
 * ones, and renames what has the name of another datablock. Each has limits of its own.
 */
final class EchoBlender {
  private final Map<UUID, Node> shown = new TreeMap<>();
  private final Tally tally;
  private final long most;
  private final double grid;

  EchoBlender(Random random, Tally tally) {
    this.tally = tally;
    most = 6L + random.nextInt(6);
    grid = 1.0 / (1 + random.nextInt(64));
  }

  Node get(UUID id) {
    return shown.get(id);
  }

  Set<UUID> ids() {
    return shown.keySet();
  }

  Collection<Node> all() {
    return shown.values();
  }

  void remove(UUID id) {
    shown.remove(id);
  }

  /** Undo: from now on there are these and no others, as they were then. */
  void showAll(Map<UUID, Node> then) {
    shown.clear();
    shown.putAll(then);
  }

  /** Writes a datablock as far as Blender takes it. */
  void put(Node node) {
    TreeMap<String, Value> tree = new TreeMap<>(node.properties().values());
    tree.computeIfPresent("name", (key, name) -> unique(node.id(), (Value.Text) name));
    Value.Fields named = (Value.Fields) limited(new Value.Fields(tree));
    shown.put(node.id(), SimTree.node(node.id(), named, node.buffers()));
  }

  /** Whether what is shown of a datablock is what Blender makes of this one. */
  boolean shows(Node wanted) {
    Node node = shown.get(wanted.id());
    return node != null
        && node.buffers().equals(wanted.buffers())
        && node.properties().equals(limited(wanted.properties()));
  }

  private Node holder(UUID id, Value name) {
    return shown.values().stream()
        .filter(
            node -> !node.id().equals(id) && name.equals(node.properties().values().get("name")))
        .findFirst()
        .orElse(null);
  }

  /** Whoever has this one's name gets the next free number; says so (BR24). */
  Optional<Capture> makeWay(Node wanted) {
    Value.Text name = (Value.Text) wanted.properties().values().get("name");
    Node holder = holder(wanted.id(), name);
    if (holder == null) {
      return Optional.empty();
    }
    tally.count(Happening.DISPLACED);
    Node now = renamed(holder, numbered(holder.id(), name.value()));
    shown.put(now.id(), now);
    return Optional.of(Captures.displaced(holder, now));
  }

  /** A datablock under another name. */
  static Node renamed(Node node, Value name) {
    TreeMap<String, Value> tree = new TreeMap<>(node.properties().values());
    tree.put("name", name);
    return SimTree.node(node.id(), new Value.Fields(tree), node.buffers());
  }

  /** The name without the number that Blender gave it. */
  static String stem(Value.Fields tree) {
    return tree.values().get("name") instanceof Value.Text text ? stem(text.value()) : "";
  }

  static String stem(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private Value unique(UUID id, Value.Text wanted) {
    if (holder(id, wanted) == null) {
      return wanted;
    }
    tally.count(Happening.RENAMED);
    return numbered(id, wanted.value());
  }

  private Value numbered(UUID id, String wanted) {
    int number = 1;
    Value name;
    do {
      name = new Value.Text(stem(wanted) + String.format(".%03d", number++));
    } while (holder(id, name) != null || name.equals(new Value.Text(wanted)));
    return name;
  }

  private Value limited(Value value) {
    if (value instanceof Value.Int number && number.value() > most) {
      tally.count(Happening.CLAMPED);
      return new Value.Int(most);
    }
    if (value instanceof Value.Real real) {
      double rounded = Math.rint(real.value() / grid) * grid;
      if (rounded != real.value()) {
        tally.count(Happening.ROUNDED);
      }
      return new Value.Real(rounded);
    }
    if (value instanceof Value.Fields fields) {
      TreeMap<String, Value> values = new TreeMap<>(fields.values());
      values.replaceAll((key, inner) -> limited(inner));
      return new Value.Fields(values);
    }
    if (value instanceof Value.Keyed keyed) {
      Map<String, Value> values = new LinkedHashMap<>(keyed.values());
      values.replaceAll((key, inner) -> limited(inner));
      return new Value.Keyed(values);
    }
    return value;
  }
}
