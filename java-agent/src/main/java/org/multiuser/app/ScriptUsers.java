package org.multiuser.app;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who acts in which steps of a script. Pure. */
final class ScriptUsers {
  private ScriptUsers() {}

  /** Who acts in a step that is no block and no pause. */
  static String of(Script.Step step) {
    return String.valueOf(step.arguments().getOrDefault("user", "user"));
  }

  /** Everybody who acts in these steps, or in those within them. */
  static Set<String> of(List<Script.Step> steps) {
    Set<String> users = new HashSet<>();
    for (Script.Step step : steps) {
      step.inner().forEach(inner -> users.addAll(of(inner)));
      if (hasUser(step)) {
        users.add(of(step));
      }
    }
    return users;
  }

  /** Whether somebody acts in a step itself. */
  static boolean hasUser(Script.Step step) {
    return !step.isBlock() && !step.verb().equals("pause");
  }

  /**
   * Checks that every user connects before anything else is asked of them, and acts in one branch
   * alone where several are carried out at the same time.
   *
   * @throws ScriptException naming the line and the user
   */
  static void check(List<Script.Step> steps) {
    check(steps, new HashSet<>());
  }

  private static void check(List<Script.Step> steps, Set<String> connected) {
    for (Script.Step step : steps) {
      if (step.isBlock()) {
        checkApart(step);
        Set<String> before = Set.copyOf(connected);
        for (List<Script.Step> inner : step.inner()) {
          Set<String> there = new HashSet<>(before);
          check(inner, there);
          connected.addAll(there);
        }
      } else if (step.verb().equals("connect")) {
        connected.add(of(step));
      } else if (hasUser(step) && !connected.contains(of(step))) {
        throw new ScriptException(
            step.line(), "'" + step.verb() + "' of user '" + of(step) + "', who has not connected");
      }
    }
  }

  private static void checkApart(Script.Step block) {
    Map<String, Integer> branches = new HashMap<>();
    for (int i = 0; i < block.inner().size(); i++) {
      checkApart(block.inner().get(i), i, branches);
    }
  }

  private static void checkApart(
      List<Script.Step> steps, int branch, Map<String, Integer> branches) {
    for (Script.Step step : steps) {
      step.inner().forEach(inner -> checkApart(inner, branch, branches));
      Integer other = hasUser(step) ? branches.putIfAbsent(of(step), branch) : null;
      if (other != null && other != branch) {
        throw new ScriptException(
            step.line(),
            "user '"
                + of(step)
                + "' acts in another branch of this 'parallel', too; each branch needs users of its"
                + " own");
      }
    }
  }
}
