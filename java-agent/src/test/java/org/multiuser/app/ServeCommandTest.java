package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.bridge.Json;
import picocli.CommandLine;

/** What whoever runs a server sees. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ServeCommandTest {
  @TempDir Path folder;

  @Test
  @DisplayName("a wrong option is one line that says what to do, with exit code 2")
  void wrongOption() {
    for (List<String> wrong :
        List.of(
            List.of("serve", "--port", "99999"),
            List.of("serve", "--port", "none"),
            List.of("serve", "--timeout", "5"),
            List.of("serve", "--files-grace-hours", "-1"),
            List.of("serve", "--key", "key.pem"),
            List.of("serve", "--certificate", "certificate.pem"),
            List.of("serve", "--certificate", "a.pem", "--key", "a.pem", "--plain"),
            List.of("serve", "--certificate", "a.pem", "--key", "a.pem", "--made-certificate", "b"),
            List.of("serve", "--no-such"))) {
      StringWriter err = new StringWriter();
      CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
      assertEquals(2, command.execute(wrong.toArray(new String[0])));
      assertEquals(1, err.toString().strip().lines().count(), err.toString());
    }
  }

  @Test
  @DisplayName("a port in use ends with exit code 1")
  void cannotServe() throws Exception {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(Math.min(65_532, used.getLocalPort()));
      assertEquals(
          1,
          Main.commandLine()
              .execute("serve", "-b", "127.0.0.1", "-p", port, "--data", folder.toString()));
    }
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(2, Main.commandLine().execute("serve", "-p", "0", "--data", file.toString()));
  }

  @Test
  @DisplayName("[CH8] it encrypts on one port unless told otherwise, always with the same")
  void encrypts() throws Exception {
    Path data = folder.resolve("data");
    Map<?, ?> first = ready("--data", data.toString());
    String digits = (String) first.get("fingerprint");
    assertEquals(64, digits.length());
    assertEquals(digits, ready("--data", data.toString()).get("fingerprint"));
    Path kept = data.resolve("server-certificate.pem");
    String other = folder.resolve("other").toString();
    assertEquals(
        digits, ready("--data", other, "--made-certificate", kept.toString()).get("fingerprint"));
    assertEquals(
        digits,
        ready("--data", other, "--certificate", kept.toString(), "--key", kept.toString())
            .get("fingerprint"));
    assertEquals("", ready("--data", other, "--plain").get("fingerprint"));
    Files.writeString(kept, "nothing");
    refused(data, "BEGIN CERTIFICATE", 1);
  }

  private static Map<?, ?> ready(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-b", "127.0.0.1", "-p", "0"));
    arguments.addAll(List.of(more));
    Process server =
        ServerProcess.start(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      return (Map<?, ?>) Json.parse(server.inputReader(StandardCharsets.UTF_8).readLine());
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName("with --parent the server ends when its standard input is closed")
  void parent() throws Exception {
    try (ServerProcess server = new ServerProcess(folder, "--parent")) {
      server.process.getOutputStream().close();
      assertTrue(server.process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(0, server.process.exitValue());
    }
  }

  @Test
  @DisplayName("[DU10] serve --check says what is damaged by its exit code, --repair puts it right")
  void checks() throws Exception {
    try (ServerProcess server = new ServerProcess(folder);
        WireClient client = new WireClient(server.port)) {
      client.login("host", "admin");
      client.initialise(true);
      client.create("Object");
      client.accepted(1);
      assertEquals(2, serve("--check"), "a server has the folder");
      server.kill();
    }
    assertEquals(0, serve("--check"));
    Path file = folder.resolve("main.session");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE log SET bytes = x'00' WHERE sequence = 1");
    }
    assertEquals(1, serve("--check"));
    assertEquals(0, serve("--repair"));
    assertTrue(Files.exists(folder.resolve("main.session.damaged")));
    assertEquals(0, serve("--check"));
  }

  private int serve(String option) {
    return Main.commandLine().execute("serve", option, "--data", folder.toString());
  }

  @Test
  @DisplayName("[AC1] a session whose file is damaged is refused, the server goes on")
  void damagedSession() throws Exception {
    Files.writeString(folder.resolve("broken.session"), "no database ".repeat(1000));
    try (ServerProcess server = new ServerProcess(folder);
        WireClient client = new WireClient(server.port)) {
      client.login("host", "admin");
      client.initialise(true);
      client.create("Object");
      client.accepted(1);
    }
  }

  @Test
  @DisplayName(
      "[DU9] a second server on the same folder, or none to write to: exit code 2, said why")
  void dataFolder() throws Exception {
    try (ServerProcess first = new ServerProcess(folder)) {
      assertTrue(first.process.isAlive());
      refused(folder, "another server uses the data folder");
    }
    refused(Files.createFile(folder.resolve("file")), "is a file");
    refused(Path.of("/proc/multi-user"), "cannot be written to (");
    new ServerProcess(folder).close(); // The lock of a killed server is free.
  }

  private static void refused(Path data, String why) throws Exception {
    refused(data, why, 2);
  }

  private static void refused(Path data, String why, int exitCode) throws Exception {
    Process second =
        ServerProcess.start(List.of("-p", "0", "--data", data.toString()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(exitCode, second.waitFor(), said);
    assertTrue(said.contains(why), said);
  }
}
