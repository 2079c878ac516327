package org.multiuser.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * What Blender does by itself to those that refer to a node that it was asked to delete: pointers
 * to it become empty, those in lists by place too, and lists by key lose it (BR25). Pure.
 */
final class Dropped {
  private Dropped() {}

  /** Those of the steps that do no more to a node than to drop references to what is gone. */
  static List<Operation> of(Node old, Collection<Operation> steps, Set<UUID> gone) {
    return gone.isEmpty()
        ? List.of()
        : steps.stream().filter(step -> drops(old.properties(), step, gone)).toList();
  }

  private static boolean drops(Value.Fields old, Operation step, Set<UUID> gone) {
    if (step instanceof Operation.Remove remove) {
      return Values.at(old, remove.path()).filter(value -> isRef(value, gone)).isPresent();
    }
    return step instanceof Operation.Set set
        && Values.at(old, set.path()).filter(from -> drops(from, set.value(), gone)).isPresent();
  }

  private static boolean drops(Value old, Value now, Set<UUID> gone) {
    if (old instanceof Value.Items before && now instanceof Value.Items after) {
      return after.values().equals(emptied(before, gone));
    }
    return now.equals(Value.NULL) && isRef(old, gone);
  }

  private static boolean isRef(Value value, Set<UUID> gone) {
    return value instanceof Value.Ref ref && gone.contains(ref.id());
  }

  private static List<Value> emptied(Value.Items items, Set<UUID> gone) {
    return items.values().stream().map(it -> isRef(it, gone) ? Value.NULL : it).toList();
  }

  /** The steps that Blender makes of itself when these nodes go. */
  static List<Operation> from(Node node, Set<UUID> gone) {
    List<Operation> steps = new ArrayList<>();
    collect(node.properties(), false, gone, new ArrayList<>(), steps);
    return steps;
  }

  private static void collect(
      Value value, boolean inList, Set<UUID> gone, List<String> path, List<Operation> steps) {
    if (isRef(value, gone)) {
      Path here = new Path(path);
      steps.add(inList ? new Operation.Remove(here) : new Operation.Set(here, Value.NULL));
    } else if (value instanceof Value.Items items
        && items.values().stream().anyMatch(it -> isRef(it, gone))) {
      steps.add(new Operation.Set(new Path(path), new Value.Items(emptied(items, gone))));
    } else if (value instanceof Value.Fields fields) {
      collect(fields.values(), false, gone, path, steps);
    } else if (value instanceof Value.Keyed keyed) {
      collect(keyed.values(), true, gone, path, steps);
    }
  }

  private static void collect(
      Map<String, Value> values,
      boolean inList,
      Set<UUID> gone,
      List<String> path,
      List<Operation> steps) {
    values.forEach(
        (key, value) -> {
          path.add(key);
          collect(value, inList, gone, path, steps);
          path.remove(path.size() - 1);
        });
  }
}
