package org.multiuser.app;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a step went.
 *
 * @param depth how many branches it stands in
 * @param nanos how long it took
 * @param problem why it failed, or null
 * @param note something worth showing
 */
record ScriptResult(int line, String verb, int depth, long nanos, String problem, String note) {
  boolean isOk() {
    return problem == null;
  }

  long millis() {
    return nanos / 1_000_000;
  }

  Map<String, Object> json() {
    Map<String, Object> map = new TreeMap<>();
    map.put("line", (long) line);
    map.put("step", verb);
    map.put("depth", (long) depth);
    map.put("millis", millis());
    map.put("ok", isOk());
    map.put("text", isOk() ? note : problem);
    return map;
  }
}
