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
      })
  void wrongSteps(int line, String step, String text) {
    ScriptException wrong =
        assertThrows(
            ScriptException.class, () -> ScriptReader.read(JOINED + "- " + step.strip() + "\n"));
    assertTrue(wrong.getMessage().startsWith("line " + line + ": "), wrong.getMessage());
    assertTrue(wrong.getMessage().contains(text.strip()), wrong.getMessage());
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
