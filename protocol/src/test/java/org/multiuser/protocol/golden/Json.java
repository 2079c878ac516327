package org.multiuser.protocol.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads and writes the golden files; every JSON text is YAML as well. */
final class Json {
  private Json() {}

  /** The contents of a JSON text, its whole numbers as long. */
  static Object read(String text) {
    // One buffer for all: the reader stumbles over a surrogate pair at the edge of a buffer.
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(Integer.MAX_VALUE)
            .setBufferSize(text.length() + 1)
            .build();
    return widen(new Load(settings).loadFromString(text));
  }

  private static Object widen(Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    } else if (value instanceof List<?> list) {
      return list.stream().map(Json::widen).collect(Collectors.toCollection(ArrayList::new));
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> widened = new LinkedHashMap<>();
      map.forEach((key, member) -> widened.put((String) key, widen(member)));
      return widened;
    }
    return value;
  }

  /** The JSON text of maps, lists, text, whole numbers, booleans and null, on one line. */
  static String write(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> quote((String) entry.getKey()) + ": " + write(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (value instanceof List<?> list) {
      return list.stream().map(Json::write).collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof String text) {
      return quote(text);
    }
    return String.valueOf(value);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
              } else if (point < 0x20 || point == 0x7f) {
                quoted.append(String.format("\\u%04x", point));
              } else {
                quoted.appendCodePoint(point);
              }
            });
    return quoted.append('"').toString();
  }
}
