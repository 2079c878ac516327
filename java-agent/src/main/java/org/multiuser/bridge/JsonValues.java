package org.multiuser.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multiuser.protocol.model.Value;

/** Presence between JSON and the protocol's values. Pure. */
final class JsonValues {
  private JsonValues() {}

  /** The fields that an object of JSON is. */
  static Value.Fields fields(Map<?, ?> json) {
    TreeMap<String, Value> fields = new TreeMap<>();
    json.forEach((key, value) -> fields.put((String) key, value(value)));
    return new Value.Fields(fields);
  }

  private static Value value(Object json) {
    if (json instanceof Map<?, ?> map) {
      return fields(map);
    }
    if (json instanceof List<?> list) {
      return new Value.Items(list.stream().map(JsonValues::value).toList());
    }
    if (json instanceof Boolean truth) {
      return new Value.Bool(truth);
    }
    if (json instanceof Long whole) {
      return new Value.Int(whole);
    }
    if (json instanceof Double real) {
      return new Value.Real(real);
    }
    return json == null ? Value.NULL : new Value.Text((String) json);
  }

  /** What {@link Json#write} makes JSON of. References and files become their text. */
  static Object json(Value value) {
    if (value instanceof Value.Fields fields) {
      return map(fields.values());
    }
    if (value instanceof Value.Keyed keyed) {
      return map(keyed.values());
    }
    if (value instanceof Value.Items items) {
      List<Object> list = new ArrayList<>();
      items.values().forEach(item -> list.add(json(item)));
      return list;
    }
    if (value instanceof Value.Bool truth) {
      return truth.value();
    }
    if (value instanceof Value.Int whole) {
      return whole.value();
    }
    if (value instanceof Value.Real real) {
      return real.value();
    }
    if (value instanceof Value.Text text) {
      return text.value();
    }
    if (value instanceof Value.Ref ref) {
      return ref.id().toString();
    }
    return value instanceof Value.FileRef ref ? ref.file().hex() : null;
  }

  private static Map<String, Object> map(Map<String, Value> values) {
    Map<String, Object> map = new LinkedHashMap<>();
    values.forEach((key, item) -> map.put(key, json(item)));
    return map;
  }
}
