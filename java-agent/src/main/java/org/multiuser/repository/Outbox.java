package org.multiuser.repository;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Dependencies;
import org.multiuser.protocol.delta.TreeDiff;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * Which nodes may differ between what Blender was asked to hold and what it should hold, in the
 * order to apply: new ones after those they refer to, then changed ones, then deleted ones with
 * users before what they use (BR22).
 */
final class Outbox {
  private final Set<UUID> marked = new LinkedHashSet<>();
  private final Set<UUID> forced = new HashSet<>();
  private final List<UUID> plan = new ArrayList<>();
  private final Catalogue catalogue;
  private boolean planned = true;

  Outbox(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  void mark(UUID id) {
    marked.add(id);
    planned = false;
    catalogue.changed(id);
  }

  /** Whether Blender may have to be told of a node. */
  boolean has(UUID id) {
    return marked.contains(id);
  }

  /** Asks for the whole state even if nothing differs. */
  void force(UUID id) {
    forced.add(id);
    mark(id);
  }

  void remove(UUID id) {
    marked.remove(id);
    forced.remove(id);
    catalogue.changed(id);
  }

  boolean forced(UUID id) {
    return forced.contains(id);
  }

  boolean isEmpty() {
    return marked.isEmpty();
  }

  void clear() {
    marked.clear();
    forced.clear();
    plan.clear();
    planned = true;
  }

  /** The marked nodes in the order to apply; those not marked any more may stand in it. */
  List<UUID> ordered(Map<UUID, Node> asked, Map<UUID, Node> target) {
    if (!planned) {
      List<Node> coming = new ArrayList<>();
      List<UUID> changed = new ArrayList<>();
      List<Node> going = new ArrayList<>();
      for (UUID id : marked) {
        if (!target.containsKey(id)) {
          Optional.ofNullable(asked.get(id)).ifPresent(going::add);
        } else if (asked.containsKey(id)) {
          changed.add(id);
        } else {
          coming.add(target.get(id));
        }
      }
      plan.clear();
      Dependencies.order(coming).forEach(node -> plan.add(node.id()));
      plan.addAll(changed);
      List<UUID> deletes = new ArrayList<>();
      Dependencies.order(going).forEach(node -> deletes.add(node.id()));
      Collections.reverse(deletes);
      plan.addAll(deletes);
      marked.retainAll(new HashSet<>(plan));
      planned = true;
    }
    return plan;
  }

  /** The change that leads Blender from one state to the other; empty if there is none. */
  static Optional<Change> between(
      UUID id, Node asked, Node target, boolean whole, boolean exists, UUID author) {
    if (target == null) {
      return asked == null
          ? Optional.empty()
          : Optional.of(new Change.Delete(id, asked.type(), author));
    }
    if (asked == null || whole || !asked.type().equals(target.type())) {
      return Optional.of(
          new Change.Whole(
              id,
              target.type(),
              exists || asked != null,
              target.properties(),
              target.buffers(),
              author,
              target.owner()));
    }
    return part(asked, target, author);
  }

  private static Optional<Change> part(Node asked, Node target, UUID author) {
    boolean structure =
        asked.structure() != target.structure() && !asked.buffers().equals(target.buffers());
    List<Operation> steps = TreeDiff.between(asked.properties(), target.properties());
    Map<String, Buffer> buffers = new HashMap<>();
    target
        .buffers()
        .forEach(
            (name, buffer) -> {
              Buffer old = asked.buffers().get(name);
              if (structure || !buffer.equals(old)) {
                buffers.put(name, buffer);
              }
            });
    TreeSet<String> gone = new TreeSet<>(asked.buffers().keySet());
    gone.removeAll(target.buffers().keySet());
    if (steps.isEmpty() && buffers.isEmpty() && gone.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Change.Part(
            target.id(),
            target.type(),
            steps,
            new TreeMap<>(buffers),
            gone,
            structure,
            author,
            target.owner()));
  }
}
