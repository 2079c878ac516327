package org.multiuser.app;

import java.util.List;
import java.util.Map;

/**
 * What a script says.
 *
 * @param server where to connect unless a step says otherwise
 */
record Script(Map<String, Object> server, List<Step> steps) {
  /**
   * One step.
   *
   * @param line where it stands, from 1
   * @param arguments null, Boolean, Long, Double, String, List and Map values
   */
  record Step(int line, String verb, Map<String, Object> arguments) {}
}
