package org.multiuser.repository;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.multiuser.protocol.delta.Dependencies;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * Of what undo took away: others' work and what it stands on, which has to come back (BR23). An
 * object that a teammate scaled is nothing without its mesh, an override nothing without what it
 * overrides. Pure.
 */
final class Ground {
  private final Set<UUID> gone;
  private final Map<UUID, Node> target;
  private final Predicate<UUID> shown;
  private final Writers writers;
  private final Set<UUID> found = new HashSet<>();
  private final Deque<UUID> open = new ArrayDeque<>();

  private Ground(Set<UUID> gone, Map<UUID, Node> target, Predicate<UUID> shown, Writers writers) {
    this.gone = gone;
    this.target = target;
    this.shown = shown;
    this.writers = writers;
  }

  /**
   * Which of the nodes come back.
   *
   * @param gone what undo took from Blender
   * @param target all nodes as the artist should see them
   * @param shown whether Blender holds a node: one that it does not hold is on its way back
   */
  static Set<UUID> of(
      Set<UUID> gone, Map<UUID, Node> target, Predicate<UUID> shown, Writers writers) {
    return gone.isEmpty() ? Set.of() : new Ground(gone, target, shown, writers).found();
  }

  private Set<UUID> found() {
    for (Node node : target.values()) {
      if (writers.isMine(node.id())) {
        continue;
      }
      if (gone.contains(node.id())) {
        add(node.id());
      } else if (!shown.test(node.id())) {
        Dependencies.of(node.properties()).forEach(this::add);
      } else {
        usedByOthers(node.id(), node.properties(), new ArrayList<>());
      }
    }
    while (!open.isEmpty()) {
      Dependencies.of(target.get(open.pop()).properties()).forEach(this::add);
    }
    return found;
  }

  /** What others made refer to it: what this artist made so goes with an edit of its own. */
  private void usedByOthers(UUID user, Value value, List<String> path) {
    if (value instanceof Value.Ref ref) {
      if (gone.contains(ref.id()) && !writers.isMine(user, path)) {
        add(ref.id());
      }
    } else if (value instanceof Value.Items items) {
      items.values().forEach(inner -> usedByOthers(user, inner, path));
    } else if (value instanceof Value.Fields fields) {
      usedByOthers(user, fields.values(), path);
    } else if (value instanceof Value.Keyed keyed) {
      usedByOthers(user, keyed.values(), path);
    }
  }

  private void usedByOthers(UUID user, Map<String, Value> values, List<String> path) {
    values.forEach(
        (key, value) -> {
          path.add(key);
          usedByOthers(user, value, path);
          path.remove(path.size() - 1);
        });
  }

  private void add(UUID id) {
    if (gone.contains(id) && target.containsKey(id) && found.add(id)) {
      open.push(id);
    }
  }
}
