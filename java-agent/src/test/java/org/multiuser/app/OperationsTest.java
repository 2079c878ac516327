package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.bridge.Json;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.server.storage.SessionCheck;

/** What a real server shows to whoever looks after it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OperationsTest {
  private static final Path DASHBOARD = Path.of("packaging", "grafana-dashboard.json");

  @TempDir Path folder;

  private record Page(int status, String text) {}

  private static Page ask(String method, long port, String path) throws IOException {
    HttpURLConnection asked =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    asked.setRequestMethod(method);
    int status = asked.getResponseCode();
    try (var body = status < 400 ? asked.getInputStream() : asked.getErrorStream()) {
      String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
      return new Page(status, text);
    }
  }

  private static long metricsPort(ServerProcess server) {
    return (Long) ((Map<?, ?>) Json.parse(server.ready)).get("metrics");
  }

  private static double value(String metrics, String line) {
    return metrics
        .lines()
        .filter(one -> one.startsWith(line + " "))
        .mapToDouble(one -> Double.parseDouble(one.substring(line.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(line + " is not in\n" + metrics));
  }

  @Test
  @DisplayName("metrics count what happened, on loopback; other methods and paths are refused")
  void metrics() throws Exception {
    try (ServerProcess server = new ServerProcess(folder, "--metrics-port=0");
        WireClient host = new WireClient(server.port)) {
      host.login("host", "admin");
      host.initialise(true);
      for (int i = 1; i <= 3; i++) {
        host.create("Object");
        host.accepted(i);
      }
      long port = metricsPort(server);
      Page page = ask("GET", port, "/metrics");
      assertEquals(200, page.status, page.text);
      assertEquals(1, value(page.text, "multiuser_sessions"));
      assertEquals(1, value(page.text, "multiuser_users{session=\"main\",state=\"online\"}"));
      assertEquals(3, value(page.text, "multiuser_commits_total"));
      assertEquals(3, value(page.text, "multiuser_commit_latency_seconds_count"));
      assertEquals(3, value(page.text, "multiuser_commit_latency_seconds_bucket{le=\"+Inf\"}"));
      assertTrue(value(page.text, "multiuser_commit_latency_seconds_sum") > 0);
      assertEquals(3, value(page.text, "multiuser_datablocks{session=\"main\"}"));
      assertTrue(value(page.text, "multiuser_received_bytes_total{channel=\"publisher\"}") > 0);
      assertTrue(value(page.text, "multiuser_store_bytes{session=\"main\"}") > 4096);
      assertEquals(0, value(page.text, "multiuser_client_queue_bytes"));
      assertEquals(new Page(200, "well\n"), ask("GET", port, "/healthz"));
      assertEquals(405, ask("POST", port, "/metrics").status);
      assertEquals(404, ask("GET", port, "/metricsfoo").status);
      assertEquals(404, ask("GET", port, "/../etc/passwd").status);
    }
  }

  @Test
  @DisplayName("health fails while a session cannot be opened")
  void unhealthy() throws Exception {
    Files.writeString(folder.resolve("broken.session"), "no database ".repeat(1000));
    try (ServerProcess server = new ServerProcess(folder, "--metrics-port=0")) {
      Page page = ask("GET", metricsPort(server), "/healthz");
      for (int i = 0; i < 50 && page.status == 200; i++) {
        Thread.sleep(100); // It is opened once the server is ready.
        page = ask("GET", metricsPort(server), "/healthz");
      }
      assertEquals(503, page.status);
      assertTrue(page.text.contains("broken"), page.text);
    }
  }

  @Test
  @DisplayName("each metric that the dashboard asks for is there")
  void dashboard() throws Exception {
    Pattern metric = Pattern.compile("\\b(multiuser|jvm|process)_[a-z_]+\\b");
    String json = Files.readString(DASHBOARD);
    Set<String> asked = new TreeSet<>();
    expressions(Json.parse(json), asked, metric);
    assertTrue(asked.size() > 15, asked::toString);
    try (ServerProcess server = new ServerProcess(folder, "--metrics-port=0");
        WireClient host = new WireClient(server.port);
        WireClient eve = new WireClient(server.port)) {
      host.login("host", "admin");
      eve.send(Channel.COMMANDS, new Message.Leave(1));
      assertEquals(ErrorCode.NOT_LOGGED_IN, eve.failed(Channel.COMMANDS));
      eve.sendBytes(Channel.COMMANDS, new byte[] {1}); // A refusal comes before its number.
      eve.failed(Channel.COMMANDS);
      String shown = ask("GET", metricsPort(server), "/metrics").text;
      for (String name : asked) {
        assertTrue(
            Pattern.compile("(?m)^" + name + "[ {]").matcher(shown).find(),
            () -> name + " is not in\n" + shown);
      }
    }
  }

  private static void expressions(Object json, Set<String> found, Pattern metric) {
    if (json instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key.equals("expr")) {
              metric.matcher((String) value).results().map(MatchResult::group).forEach(found::add);
            }
            expressions(value, found, metric);
          });
    } else if (json instanceof List<?> list) {
      list.forEach(value -> expressions(value, found, metric));
    }
  }

  @Test
  @DisplayName("[AC1] a backup of a running server has all that was acknowledged before it")
  void backup() throws Exception {
    Path data = folder.resolve("data");
    Path file = folder.resolve("backup.zip");
    try (ServerProcess server = new ServerProcess(data, "--session=other");
        WireClient host = new WireClient(server.port)) {
      host.login("host", "admin");
      host.initialise(true);
      for (int i = 1; i <= 200; i++) {
        host.create("Object");
        host.accepted(i);
      }
      assertEquals(0, serve("--backup", file, data));
      host.create("Object");
      host.accepted(201);
      server.process.destroy();
      assertEquals(0, server.process.waitFor());
    }
    assertFalse(Files.exists(data.resolve("server.control")));
    Path again = folder.resolve("again");
    assertEquals(0, serve("--restore", file, again));
    assertEquals(1, serve("--restore", file, again), "not empty any more");
    assertTrue(Files.exists(again.resolve("other.session")));
    try (ServerProcess server = new ServerProcess(again, "--metrics-port=0")) {
      Page page = ask("GET", metricsPort(server), "/metrics");
      for (int i = 0; i < 50 && !page.text.contains("datablocks{session=\"main\"}"); i++) {
        Thread.sleep(100);
        page = ask("GET", metricsPort(server), "/metrics");
      }
      assertEquals(200, value(page.text, "multiuser_datablocks{session=\"main\"}"));
    }
    assertEquals(0, serve("--backup", file, data), "without a server, in place of the first");
    assertNotEquals(0, serve("--restore", data.resolve("main.session"), folder.resolve("b")));
  }

  @Test
  @DisplayName("[AC1] a backup amid edits is one of the states, behind all acknowledged before it")
  void backupAmidEdits() throws Exception {
    Path data = folder.resolve("data");
    Path file = folder.resolve("backup.zip");
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    try (ServerProcess server = new ServerProcess(data)) {
      Thread editor = new Thread(() -> edit(server.port, acknowledged, enough));
      editor.start();
      for (int round = 0; round < 3; round++) {
        int wanted = 100 * (round + 1);
        while (acknowledged.get() < wanted) {
          Thread.sleep(1);
        }
        final int before = acknowledged.get();
        assertEquals(0, serve("--backup", file, data));
        final int after = acknowledged.get();
        Path again = folder.resolve("again" + round);
        assertEquals(0, serve("--restore", file, again));
        SessionCheck check = new SessionCheck(again.resolve("main.session"), WireClient.CODECS);
        assertEquals(List.of(), check.damage());
        assertEquals("1 to " + check.nodes(), check.numbers());
        assertTrue(before <= check.nodes() && check.nodes() <= after + 1, check.numbers());
      }
      enough.set(true);
      editor.join();
    }
  }

  private static void edit(int port, AtomicInteger acknowledged, AtomicBoolean enough) {
    try (WireClient host = new WireClient(port)) {
      host.login("host", "admin");
      host.initialise(true);
      while (!enough.get()) {
        host.create("Object");
        host.accepted(acknowledged.get() + 1);
        acknowledged.incrementAndGet();
      }
    }
  }

  @Test
  @DisplayName("a server that is told to stop says so, and ends with exit code 0")
  void stopping() throws Exception {
    try (ServerProcess server = new ServerProcess(folder);
        WireClient host = new WireClient(server.port)) {
      host.login("host", "admin");
      server.process.destroy();
      assertEquals(ErrorCode.SERVER_STOPPING, host.failed(Channel.COMMANDS));
      assertEquals(0, server.process.waitFor());
    }
  }

  @Test
  @DisplayName("whoever cannot read the data folder's secret gets no backup")
  void secret() throws Exception {
    try (ServerProcess server = new ServerProcess(folder)) {
      assertTrue(server.process.isAlive());
      String[] control = Files.readString(folder.resolve("server.control")).split(" ");
      assertEquals("rw-------", permissions(folder.resolve("server.control")));
      assertEquals(403, ask("POST", Long.parseLong(control[0]), "/backup").status);
      assertEquals(405, ask("GET", Long.parseLong(control[0]), "/backup").status);
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static int serve(String option, Path file, Path data) {
    return Main.commandLine().execute("serve", option, file.toString(), "--data", data.toString());
  }
}
