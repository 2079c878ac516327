package org.multiuser.protocol.delta;

import java.util.Map;
import java.util.Optional;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Looks into property trees. Pure. */
public final class Values {
  private Values() {}

  /** What stands at a path, or empty if there is nothing (SPEC PA1: items cannot be entered). */
  public static Optional<Value> at(Value.Fields root, Path path) {
    Value value = root;
    for (String key : path.keys()) {
      Map<String, Value> children = children(value);
      value = children == null ? null : children.get(key);
      if (value == null) {
        return Optional.empty();
      }
    }
    return Optional.of(value);
  }

  /** The named values of fields or keyed; null for everything else. */
  static Map<String, Value> children(Value value) {
    if (value instanceof Value.Fields fields) {
      return fields.values();
    }
    return value instanceof Value.Keyed keyed ? keyed.values() : null;
  }
}
