package org.multiuser.protocol.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * The steps that lead from one property tree to another. They touch nothing that is equal in both,
 * so that edits of different artists to one datablock both survive. Pure.
 */
public final class TreeDiff {
  private final List<Operation> removes = new ArrayList<>();
  private final List<Operation> sets = new ArrayList<>();
  private final List<Operation> orders = new ArrayList<>();
  private final List<String> path = new ArrayList<>();

  private TreeDiff() {}

  /**
   * The smallest sensible steps from {@code old} to {@code now}: removes, then sets in tree order,
   * then orders. A new subtree is one set; items are set whole; a container that became one of the
   * other kind is set whole. Empty if the trees are equal.
   */
  public static List<Operation> between(Value.Fields old, Value.Fields now) {
    TreeDiff diff = new TreeDiff();
    diff.children(old.values(), now.values());
    List<Operation> steps = new ArrayList<>(diff.removes);
    steps.addAll(diff.sets);
    steps.addAll(diff.orders);
    return steps;
  }

  private void children(Map<String, Value> old, Map<String, Value> now) {
    if (old == now) {
      return;
    }
    for (String key : old.keySet()) {
      if (!now.containsKey(key)) {
        removes.add(new Operation.Remove(here(key)));
      }
    }
    now.forEach((key, value) -> child(key, old.get(key), value));
  }

  private void child(String key, Value old, Value now) {
    if (old == now) {
      return;
    }
    if (old instanceof Value.Fields before && now instanceof Value.Fields after) {
      path.add(key);
      children(before.values(), after.values());
      path.remove(path.size() - 1);
    } else if (old instanceof Value.Keyed before && now instanceof Value.Keyed after) {
      path.add(key);
      children(before.values(), after.values());
      order(before.values(), after.values());
      path.remove(path.size() - 1);
    } else if (!now.equals(old)) {
      sets.add(new Operation.Set(here(key), now));
    }
  }

  /** Names just as many keys as must come first; those behind are in their order already. */
  private void order(Map<String, Value> old, Map<String, Value> now) {
    List<String> reached = new ArrayList<>(now.size());
    old.keySet().stream().filter(now::containsKey).forEach(reached::add);
    now.keySet().stream().filter(key -> !old.containsKey(key)).forEach(reached::add);
    List<String> wanted = new ArrayList<>(now.keySet());
    int named = wanted.size();
    for (int i = reached.size() - 1; i >= 0 && named > 0; i--) {
      if (reached.get(i).equals(wanted.get(named - 1))) {
        named--;
      }
    }
    if (named > 0) {
      orders.add(new Operation.Order(new Path(path), wanted.subList(0, named)));
    }
  }

  private Path here(String key) {
    List<String> keys = new ArrayList<>(path);
    keys.add(key);
    return new Path(keys);
  }
}
