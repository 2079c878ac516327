package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.app.recording.Outcome;
import org.multiuser.app.recording.Recorder;
import org.multiuser.app.recording.RecordingException;
import org.multiuser.app.recording.Replay;
import org.multiuser.network.trust.ServerTrust;

/** What is recorded of one session makes another one equal, against a server in this process. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RecordReplayTest {
  private static final String HOSTED =
      """
      steps:
      - connect: {user: ada, state: LOBBY}
      - initialise: {user: ada, empty: true}
      - wait: {user: ada, state: ONLINE}
      - add: {user: ada, name: n, count: 20, bytes: 4000}
      - add: {user: ada, name: kept}
      - wait: {user: ada, pending: 0, nodes: 21}
      - lock: {user: ada, nodes: kept}
      - wait: {user: ada, node: kept, owner: ada}
      """;

  private static final String EDITS =
      """
      - connect: {user: bob, state: ONLINE}
      - presence: {user: bob, fields: {frame: 7}}
      - parallel:
          branches:
          - - repeat:
                times: 60
                steps:
                - edit: {user: ada, among: n.*, kinds: {move: 5, rows: 3, add: 1, delete: 1}}
                - add: {user: ada, name: twin}
                - commit: {user: ada}
            - wait: {user: ada, pending: 0}
          - - repeat:
                times: 60
                steps:
                - edit: {user: bob, among: n.*, kinds: {move: 5, rows: 3, add: 1, delete: 1}}
                - add: {user: bob, name: twin}
                - lock: {user: bob, nodes: twin}
                - unlock: {user: bob, nodes: twin}
            - wait: {user: bob, pending: 0}
      - set: {user: ada, node: kept, path: x, value: 1}
      - wait: {user: ada, pending: 0}
      - give: {user: ada, nodes: kept, to: bob}
      - wait: {user: bob, node: kept, owner: bob}
      - set: {user: bob, node: kept, path: x, value: 2}
      - wait: {user: bob, pending: 0}
      - disconnect: {user: bob}
      - wait: {user: ada, node: kept, owner: COMMON}
      - lock: {user: ada, nodes: kept}
      - wait: {user: ada, node: kept, owner: ada}
      """;

  @TempDir Path folder;
  private MemoryServer server;

  @BeforeEach
  void start() throws Exception {
    server = new MemoryServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  @DisplayName("two users who edit at the same time, played at any speed: nothing lost, all equal")
  void recordAndReplay() throws Exception {
    Path file = record();
    for (double speed : List.of(0.0, 3.0)) {
      Replay replay = new Replay(file, options("copy" + (int) speed, true), trust(), speed);
      Outcome.Contents contents = replay.contents();
      assertTrue(contents.whole());
      assertEquals(2, contents.users());
      assertTrue(contents.commits() > 180, contents.line());
      assertTrue(contents.ownerChanges() >= 3, contents.line());
      assertEquals(1, contents.presences(), contents.line());
      Outcome outcome = replay.play();
      assertTrue(outcome.isWell(), outcome.text());
      assertEquals(0, outcome.lost());
      assertEquals(contents.commits() + contents.ownerChanges(), outcome.latency().count());
      assertTrue(outcome.text().contains("equal to the recording's"), outcome.text());
    }
  }

  @Test
  @DisplayName("a recording that was cut off is played up to there")
  void cutOff() throws Exception {
    byte[] bytes = Files.readAllBytes(record());
    Path cut = folder.resolve("cut");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length * 9 / 10));
    Replay replay = new Replay(cut, options("cut", true), trust(), 0);
    assertTrue(!replay.contents().whole());
    Outcome outcome = replay.play();
    assertTrue(outcome.isWell(), outcome.text());
  }

  @Test
  @DisplayName("where it cannot be played is told, with what to do")
  void refused() throws Exception {
    Path file = record();
    assertTold(file, options("main", true), "name a new one with --session");
    assertTold(file, options("main", false), "name a new one with --session");
    server.close();
    server = new MemoryServer();
    assertTold(file, options("main", false), "--admin-password");
  }

  private void assertTold(Path file, ConnectOptions options, String text)
      throws IOException, RecordingException {
    Replay replay = new Replay(file, options, trust(), 0);
    RecordingException told = assertThrows(RecordingException.class, replay::play);
    assertTrue(told.getMessage().contains(text), told.getMessage());
  }

  /** Two users' work in the session main, recorded from the middle on. */
  private Path record() throws IOException, InterruptedException {
    Path file = folder.resolve("recording");
    Script script = ScriptReader.read(HOSTED + EDITS);
    int hosted = ScriptReader.read(HOSTED).steps().size();
    Map<String, Object> where =
        Map.of("port", server.port, "plain", true, "adminPassword", MemoryServer.ADMIN_PASSWORD);
    List<ScriptResult> told = new ArrayList<>();
    ScriptSteps single = new ScriptSteps(where, null, trust(), false);
    try (ScriptRunner runner = new ScriptRunner(single, told::add)) {
      runner.run(script.steps().subList(0, hosted));
      try (Recorder recorder = new Recorder(file, options("main", false), trust(), "test")) {
        while (!recorder.progress().begun()) {
          assertEquals("", recorder.progress().over());
          Thread.sleep(5);
        }
        runner.run(script.steps().subList(hosted, script.steps().size()));
      }
    }
    assertTrue(told.stream().allMatch(ScriptResult::isOk), told.toString());
    return file;
  }

  private ConnectOptions options(String session, boolean admin) {
    return new ConnectOptions(
        "127.0.0.1",
        server.port,
        session,
        "record",
        0,
        "",
        admin ? MemoryServer.ADMIN_PASSWORD : "",
        "",
        60_000,
        server.security());
  }

  private static ServerTrust trust() {
    return ServerTrust.of(null, null);
  }
}
