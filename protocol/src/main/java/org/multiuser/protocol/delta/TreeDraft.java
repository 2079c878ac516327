package org.multiuser.protocol.delta;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * A property tree while the steps of one commit are applied. Containers are copied when they are
 * first entered, so a commit costs what it touches, however many steps it has.
 */
final class TreeDraft {
  private final Container root;

  TreeDraft(Value.Fields properties) {
    root = new Container(false, properties.values());
  }

  /** Puts a value; does nothing where the parent is missing or cannot be entered (SPEC CM7). */
  void set(Path path, Value value) {
    Container parent = enter(path.keys().subList(0, path.keys().size() - 1));
    if (parent != null) {
      String key = last(path);
      parent.opened.remove(key);
      parent.values.put(key, value);
    }
  }

  /** Removes a value; does nothing where there is none (SPEC CM7). */
  void remove(Path path) {
    Container parent = enter(path.keys().subList(0, path.keys().size() - 1));
    if (parent != null) {
      parent.opened.remove(last(path));
      parent.values.remove(last(path));
    }
  }

  /** Reorders a keyed list; does nothing where there is none (SPEC CM7). */
  void order(Path path, List<String> keys) {
    Container target = keys.isEmpty() ? null : enter(path.keys());
    if (target != null && target.ordered) {
      target.bringToFront(keys);
    }
  }

  /** The tree as it stands now. */
  Value.Fields freeze() {
    return (Value.Fields) root.freeze();
  }

  private Container enter(List<String> keys) {
    Container at = root;
    for (String key : keys) {
      at = at.open(key);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  private static String last(Path path) {
    return path.keys().get(path.keys().size() - 1);
  }

  /** Fields or keyed, with those of its own containers that were entered kept beside it. */
  private static final class Container {
    private final boolean ordered;
    private Map<String, Value> values;
    private final Map<String, Container> opened = new HashMap<>();

    Container(boolean ordered, Map<String, Value> values) {
      this.ordered = ordered;
      this.values = ordered ? new LinkedHashMap<>(values) : new TreeMap<>(values);
    }

    Container open(String key) {
      Container container = opened.get(key);
      if (container != null) {
        return container;
      }
      Value value = values.get(key);
      if (value instanceof Value.Fields fields) {
        container = new Container(false, fields.values());
      } else if (value instanceof Value.Keyed keyed) {
        container = new Container(true, keyed.values());
      } else {
        return null;
      }
      opened.put(key, container);
      return container;
    }

    void bringToFront(List<String> keys) {
      Map<String, Value> sorted = new LinkedHashMap<>();
      for (String key : keys) {
        Value value = values.get(key);
        if (value != null) {
          sorted.putIfAbsent(key, value);
        }
      }
      values.forEach(sorted::putIfAbsent);
      values = sorted;
    }

    Value freeze() {
      opened.forEach((key, container) -> values.put(key, container.freeze()));
      return ordered
          ? new Value.Keyed(values)
          : new Value.Fields((SortedMap<String, Value>) values);
    }
  }
}
