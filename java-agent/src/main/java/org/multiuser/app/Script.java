package org.multiuser.app;

import java.util.List;
import java.util.Map;

/**
 * What a script says.
 *
 * @param server where to connect unless a step says otherwise
 */
record Script(Map<String, Object> server, List<Step> steps) {
  /** The step that has its inner steps carried out again and again. */
  static final String REPEAT = "repeat";

  /** The step that has several lists of steps carried out at the same time. */
  static final String PARALLEL = "parallel";

  /**
   * One step.
   *
   * @param line where it stands, from 1
   * @param arguments null, Boolean, Long, Double, String, List and Map values
   * @param inner the lists of steps within: one of a repeat, a parallel's branches, none of others
   */
  record Step(int line, String verb, Map<String, Object> arguments, List<List<Step>> inner) {
    /** A step without others in it. */
    Step(int line, String verb, Map<String, Object> arguments) {
      this(line, verb, arguments, List.of());
    }

    /** Whether it is there for the steps within. */
    boolean isBlock() {
      return isBlock(verb);
    }

    /** Whether this word is that of a step with others in it. */
    static boolean isBlock(String verb) {
      return verb.equals(REPEAT) || verb.equals(PARALLEL);
    }
  }
}
