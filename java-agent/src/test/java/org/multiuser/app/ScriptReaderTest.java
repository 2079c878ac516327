package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a script may say, and what is said of one that is wrong. */
class ScriptReaderTest {
  private static final String JOINED = "steps:\n- connect: {user: ada}\n";

  @Test
  @DisplayName("a step keeps its line, its word and its arguments by kind")
  void reads() {
    Script script =
        ScriptReader.read(
            """
            server: {host: here, port: 7, adminPassword: 1234}
            steps:
            - connect: {user: ada}

            - set: {user: ada, node: Cube, path: [a, b], value: {x: 1, y: [1.5, true, null]}}
            """);
    assertEquals("here", script.server().get("host"));
    Script.Step set = script.steps().get(1);
    assertEquals(5, set.line());
    assertEquals("set", set.verb());
    assertEquals(List.of("a", "b"), set.arguments().get("path"));
    assertEquals(1L, ((Map<?, ?>) set.arguments().get("value")).get("x"));
  }

  @ParameterizedTest(name = "line {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | conect: {user: ada} | there is no step 'conect'",
        "3 | push: {usr: ada} | 'push' has no 'usr'; it may have user",
        "3 | push: ada | a map was expected",
        "3 | push: [ada] | a map was expected",
        "3 | push: {user: [ada]} | 'user' of 'push' must be a text",
        "3 | push: {user: } | 'user' of 'push' must be a text",
        "3 | push: {user: bob} | user 'bob', who has not connected",
        "3 | wait: {user: ada, seconds: soon} | 'seconds' of 'wait' must be a number",
        "3 | wait: {user: ada, seconds: -1} | must be a number that is not negative",
        "3 | add: {user: ada, count: many} | 'count' of 'add' must be a number",
        "3 | add: {user: ada, properties: 3} | 'properties' of 'add' must be a map",
        "3 | initialise: {user: ada, empty: maybe} | 'empty' of 'initialise' must be true or false",
        "3 | set: {user: ada, node: Cube, value: 3} | 'set' needs 'path'",
        "3 | set: {user: ada, node: Cube, path: [], value: 3} | 'path' of 'set' must be a text or",
        "3 | own: {user: ada, nodes: [{a: 1}]} | 'nodes' of 'own' must be a text or a list",
        "3 | give: {user: ada, nodes: Cube} | 'give' needs 'to'",
        "3 | kick: {user: ada} | 'kick' needs 'who'",
        "3 | expect: {user: ada, exists: 3} | 'exists' of 'expect' must be true or false",
        "3 | connect: {user: eve, port: x} | 'port' of 'connect' must be a number",
        "4 | push: {user: ada | this is not YAML",
        "3 | lock: {user: ada} | 'lock' needs 'nodes'",
        "3 | edit: {user: ada, kinds: [turn]} | 'kinds' of 'edit' must be some of move, rows, add",
        "3 | edit: {user: ada, kinds: {move: 0}} | 'kinds' of 'edit' must be some of",
        "3 | edit: {user: ada, kinds: {move: x}} | 'kinds' of 'edit' must be some of",
        "3 | edit: {user: ada, seed: -1} | 'seed' of 'edit' must be a number",
        "3 | repeat: {times: 3} | 'repeat' needs 'steps'",
        "3 | repeat: {times: 3, steps: []} | 'repeat' needs 'steps'",
        "3 | repeat: {times: 3, steps: push} | a list of steps was expected",
        "3 | repeat: {steps: [push: {user: ada}]} | 'repeat' needs 'times' or 'seconds'",
        "3 | repeat: {times: 3, users: 4, steps: [push: {user: ada}]} | 'repeat' has no 'users'",
        "3 | repeat: 3 | 'repeat' is a map with 'steps' in it",
        "3 | parallel: {} | 'parallel' needs 'branches'",
        "3 | parallel: {branches: [[]]} | 'parallel' needs 'branches'",
        "3 | parallel: {branches: [push: {user: ada}]} | a list of steps was expected",
      })
  void wrongSteps(int line, String step, String text) {
    ScriptException wrong =
        assertThrows(
            ScriptException.class, () -> ScriptReader.read(JOINED + "- " + step.strip() + "\n"));
    assertTrue(wrong.getMessage().startsWith("line " + line + ": "), wrong.getMessage());
    assertTrue(wrong.getMessage().contains(text.strip()), wrong.getMessage());
  }

  @Test
  @DisplayName("steps in blocks are checked like others, and told by their own lines")
  void blocks() {
    Script script =
        ScriptReader.read(
            JOINED
                + """
                - connect: {user: bob}
                - parallel:
                    branches:
                    - - repeat:
                          times: 3
                          seed: 7
                          steps:
                          - edit: {user: ada, among: n.*, kinds: {move: 9, add: 1}}
                    - - connect: {user: eve}
                      - push: {user: bob}
                - push: {user: eve}
                """);
    Script.Step repeat = script.steps().get(2).inner().get(0).get(0);
    assertEquals(Map.of("times", 3L, "seed", 7L), repeat.arguments());
    assertEquals(10, repeat.inner().get(0).get(0).line());
    assertEquals("push", script.steps().get(2).inner().get(1).get(1).verb());
  }

  @ParameterizedTest(name = "line {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "8 | [[push: {user: ada}], [{push: {user: eve}}]] | user 'eve', who has not connected",
        "8 | [[push: {user: ada}], [{repeat: {times: 2, steps: [push: {user: ada}]}}]]"
            + " | user 'ada' acts in another branch",
        "8 | [[connect: {user: eve}], [{push: {user: eve}}]] | user 'eve' acts in another branch",
        "8 | [[push: {user: ada}], [{puch: {user: bob}}]] | there is no step 'puch'",
      })
  void wrongBranches(int line, String branches, String text) {
    String lines = branches.replace("], [{", "],\n      [{");
    String script = JOINED + "- connect: {user: bob}\n- parallel:\n\n    branches:\n     " + lines;
    ScriptException wrong = assertThrows(ScriptException.class, () -> ScriptReader.read(script));
    assertTrue(wrong.getMessage().startsWith("line " + line + ": "), wrong.getMessage());
    assertTrue(wrong.getMessage().contains(text.strip()), wrong.getMessage());
  }

  @Test
  @DisplayName("blocks that stand in themselves are refused")
  void endless() {
    String script = JOINED + "- &again\n  repeat: {times: 2, steps: [push: {user: ada}, *again]}\n";
    ScriptException wrong = assertThrows(ScriptException.class, () -> ScriptReader.read(script));
    assertTrue(wrong.getMessage().contains("may stand in each other"), wrong.getMessage());
  }

  @Test
  @DisplayName("what is no script at all is told as such")
  void noScript() {
    for (String text :
        List.of(
            "",
            "just text",
            "- a list",
            "steps: push",
            "stps: []",
            "steps: []",
            "server: {}",
            "server: {hst: x}\nsteps: []",
            "steps:\n- push\n",
            "steps:\n- {push: {}, commit: {}}\n",
            "\t\tx: {",
            "steps:\n- add: &a {properties: *a}\n")) {
      ScriptException wrong =
          assertThrows(ScriptException.class, () -> ScriptReader.read(text), text);
      assertTrue(wrong.getMessage().length() > 10, wrong.getMessage());
    }
  }
}
