package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multiuser.app.timing.Samples;
import org.multiuser.network.trust.ServerTrust;

/** Loops, branches and random edits of scripts, against a server in this process. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ScriptRunnerTest {
  private static final String HOSTED =
      """
      steps:
      - connect: {user: ada, state: LOBBY}
      - initialise: {user: ada, empty: true}
      - wait: {user: ada, state: ONLINE}
      - add: {user: ada, name: n, count: 5, bytes: 400}
      - wait: {user: ada, pending: 0, nodes: 5}
      - connect: {user: bob, state: ONLINE}
      """;

  private MemoryServer server;
  private final List<ScriptResult> told = new ArrayList<>();
  private Map<String, Object> timing;
  private String session = "main";

  @BeforeEach
  void start() throws Exception {
    server = new MemoryServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  @DisplayName("two users edit at the same time, many times; each loop is told in one line")
  void together() {
    run(
        HOSTED
            + """
            - parallel:
                branches:
                - - repeat:
                      times: 50
                      steps:
                      - edit: {user: ada, among: n.*, kinds: [move, rows, add]}
                  - wait: {user: ada, pending: 0}
                - - repeat: {times: 50, steps: [edit: {user: bob, among: n.*, kinds: move}]}
                  - wait: {user: bob, pending: 0}
            - wait: {user: ada, pending: 0}
            """);
    assertTrue(told.stream().allMatch(ScriptResult::isOk), told.toString());
    List<ScriptResult> loops = told.stream().filter(one -> one.verb().equals("repeat")).toList();
    assertEquals(2, loops.size());
    assertTrue(loops.stream().allMatch(one -> one.depth() == 1), loops + "");
    assertEquals(0, told.get(told.size() - 1).depth());
    assertTrue(loops.get(0).note().startsWith("50 rounds; edit 50 times: median "), loops + "");
    assertEquals("2 branches", told.get(told.size() - 2).note());
    assertEquals(100L, ((Map<?, ?>) timing.get("edit")).get("count"));
    assertFalse(timing.containsKey("repeat"));
  }

  @Test
  @DisplayName("the first branch that fails stops the others, which wait for long")
  void failure() {
    long start = System.nanoTime();
    run(
        HOSTED
            + """
            - parallel:
                branches:
                - - wait: {user: ada, nodes: 99, seconds: 100}
                  - push: {user: ada}
                - - repeat: {times: 9, steps: [expect: {user: bob, nodes: 7}]}
            - push: {user: ada}
            """);
    assertTrue(System.nanoTime() - start < 60_000_000_000L);
    ScriptResult last = told.get(told.size() - 1);
    assertEquals("parallel", last.verb());
    assertTrue(
        last.problem().startsWith("line 12, 'repeat': round 1, line 12, 'expect': nodes is"));
    ScriptResult stopped = told.get(told.size() - 2);
    assertEquals("stopped, as another branch failed", stopped.problem());
    assertEquals(10, stopped.line());
  }

  @Test
  @DisplayName("the same seed makes the same edits of the same nodes, another one others")
  void seeds() {
    List<List<String>> made = new ArrayList<>();
    for (int seed : List.of(1, 1, 2)) {
      told.clear();
      session = "seed" + made.size();
      StringBuilder edits = new StringBuilder(HOSTED);
      edits.append("- edit: {user: ada, among: n.*, seed: ").append(seed).append("}\n");
      edits.append("- edit: {user: ada, among: n.*, kinds: [add, delete], seed: 5}\n");
      edits.append("- edit: {user: ada, among: [n.1, n.2, n.3, n.4], seed: 8, kinds: move}\n");
      edits.append("- wait: {user: ada, pending: 0}\n");
      run(edits.toString());
      made.add(
          told.stream().filter(one -> one.verb().equals("edit")).map(ScriptResult::note).toList());
    }
    assertEquals(made.get(0), made.get(1));
    assertEquals(3, made.get(0).size());
    assertNotEquals(made.get(0).get(0), made.get(2).get(0));
  }

  @Test
  @DisplayName("lock takes a node, unlock gives it back")
  void locks() {
    run(
        HOSTED
            + """
            - lock: {user: ada, nodes: n.1}
            - wait: {user: bob, node: n.1, owner: ada}
            - unlock: {user: ada, nodes: [n.1]}
            - wait: {user: bob, node: n.1, owner: COMMON}
            - edit: {user: bob, among: nothing}
            """);
    ScriptResult last = told.get(told.size() - 1);
    assertTrue(last.isOk(), told.toString());
    assertTrue(last.note().startsWith("add nothing."), last.note());
  }

  @Test
  @DisplayName("median and 99th percentile are those of the nearest rank")
  void percentiles() {
    Samples samples = new Samples();
    assertEquals(0, samples.summary().medianMillis());
    for (int i = 200; i >= 1; i--) {
      samples.add(i * 1_000_000L);
    }
    assertEquals(new Samples.Summary(200, 100, 198, 200), samples.summary());
  }

  private void run(String text) {
    Script script = ScriptReader.read(text);
    Map<String, Object> where =
        Map.of(
            "port",
            server.port,
            "session",
            session,
            "plain",
            true,
            "adminPassword",
            MemoryServer.ADMIN_PASSWORD);
    ScriptSteps single = new ScriptSteps(where, null, ServerTrust.of(null, null), false);
    try (ScriptRunner runner = new ScriptRunner(single, told::add)) {
      runner.run(script.steps());
      timing = runner.timings().json();
    }
  }
}
