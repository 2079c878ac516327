package org.multiuser.repository;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Leaves values of a capture as they were that are no edit (bridge.md, kept). Pure. */
final class Kept {
  private Kept() {}

  /** {@code now} with the values of {@code old} at these paths, where both hold something there. */
  static Value.Fields of(Value.Fields old, Value.Fields now, List<Path> paths) {
    Value result = now;
    for (Path path : paths) {
      result = at(old, result, path.keys());
    }
    return (Value.Fields) result;
  }

  private static Value at(Value old, Value now, List<String> steps) {
    if (steps.isEmpty()) {
      return old;
    }
    if (old instanceof Value.Fields before && now instanceof Value.Fields after) {
      return new Value.Fields(
          new TreeMap<>(inside(before.values(), new TreeMap<>(after.values()), steps)));
    }
    if (old instanceof Value.Keyed before && now instanceof Value.Keyed after) {
      return new Value.Keyed(inside(before.values(), new LinkedHashMap<>(after.values()), steps));
    }
    if (old instanceof Value.Items before && now instanceof Value.Items after) {
      return item(before, after, steps);
    }
    return now;
  }

  private static Map<String, Value> inside(
      Map<String, Value> old, Map<String, Value> now, List<String> steps) {
    Value before = old.get(steps.get(0));
    if (before != null) {
      now.computeIfPresent(
          steps.get(0), (key, after) -> at(before, after, steps.subList(1, steps.size())));
    }
    return now;
  }

  private static Value item(Value.Items old, Value.Items now, List<String> steps) {
    int size = now.values().size();
    for (int i = 0; i < size && old.values().size() == size; i++) {
      if (steps.get(0).equals(Integer.toString(i))) {
        List<Value> values = new ArrayList<>(now.values());
        List<String> rest = steps.subList(1, steps.size());
        values.set(i, at(old.values().get(i), values.get(i), rest));
        return new Value.Items(values);
      }
    }
    return now;
  }
}
