package org.multiuser.app;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** A step's arguments by kind. */
record ScriptArguments(Script.Step step) {
  int line() {
    return step.line();
  }

  Iterable<String> keys() {
    return step.arguments().keySet();
  }

  Object get(String key) {
    return step.arguments().get(key);
  }

  String text(String key, String otherwise) {
    return get(key) == null ? otherwise : String.valueOf(get(key));
  }

  boolean flag(String key, boolean otherwise) {
    return get(key) instanceof Boolean flag ? flag : otherwise;
  }

  double number(String key, double otherwise) {
    if (get(key) == null) {
      return otherwise;
    }
    if (get(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw new ScriptException(line(), "'" + key + "' must be a number");
  }

  /** As {@link #number}, without what stands behind the point. */
  long whole(String key, long otherwise) {
    return get(key) instanceof Number number ? number.longValue() : otherwise;
  }

  Map<?, ?> map(String key) {
    return get(key) instanceof Map<?, ?> map ? map : Map.of();
  }

  List<?> list(String key) {
    return get(key) instanceof List<?> list ? list : Arrays.asList(get(key));
  }

  Path path() {
    return new Path(list("path").stream().map(String::valueOf).toList());
  }

  /** The protocol's value for one of the script's. */
  static Value value(Object yaml) {
    if (yaml instanceof Map<?, ?> map) {
      TreeMap<String, Value> fields = new TreeMap<>();
      map.forEach((key, item) -> fields.put((String) key, value(item)));
      return new Value.Fields(fields);
    }
    if (yaml instanceof List<?> list) {
      return new Value.Items(list.stream().map(ScriptArguments::value).toList());
    }
    if (yaml instanceof Boolean flag) {
      return new Value.Bool(flag);
    }
    if (yaml instanceof Long whole) {
      return new Value.Int(whole);
    }
    if (yaml instanceof Double real) {
      return new Value.Real(real);
    }
    return yaml == null ? Value.NULL : new Value.Text((String) yaml);
  }
}
