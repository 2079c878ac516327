package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
            List.of("serve", "--no-such"))) {
      StringWriter err = new StringWriter();
      CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
      assertEquals(2, command.execute(wrong.toArray(new String[0])));
      assertEquals(1, err.toString().strip().lines().count(), err.toString());
    }
  }

  @Test
  @DisplayName("a port in use and a folder that cannot be written to end with exit code 1")
  void cannotServe() throws Exception {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(Math.min(65_532, used.getLocalPort()));
      assertEquals(
          1,
          Main.commandLine()
              .execute("serve", "-b", "127.0.0.1", "-p", port, "--data", folder.toString()));
    }
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(1, Main.commandLine().execute("serve", "-p", "0", "--data", file.toString()));
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
}
