package org.multiuser.protocol.delta;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

  /** Hands over what a tree holds but containers, in the order it stands there. */
  static void eachAtom(Value value, Consumer<Value> visitor) {
    if (value instanceof Value.Items items) {
      items.values().forEach(child -> eachAtom(child, visitor));
      return;
    }
    Map<String, Value> children = children(value);
    if (children == null) {
      visitor.accept(value);
    } else {
      children.values().forEach(child -> eachAtom(child, visitor));
    }
  }

  /** The named values of fields or keyed; null for everything else. */
  static Map<String, Value> children(Value value) {
    if (value instanceof Value.Fields fields) {
      return fields.values();
    }
    return value instanceof Value.Keyed keyed ? keyed.values() : null;
  }
}
