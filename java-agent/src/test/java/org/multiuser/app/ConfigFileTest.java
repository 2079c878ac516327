package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.bridge.Json;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The configuration file of a server, and its help. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConfigFileTest {
  @TempDir Path folder;

  private Path config(String... lines) throws Exception {
    return Files.write(folder.resolve("server.conf"), List.of(lines));
  }

  private String refused(String line, String... more) throws Exception {
    Path file = config("# a server", "", line);
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
    String[] arguments = new String[3 + more.length];
    System.arraycopy(new String[] {"serve", "--config", file.toString()}, 0, arguments, 0, 3);
    System.arraycopy(more, 0, arguments, 3, more.length);
    assertEquals(2, command.execute(arguments), err::toString);
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    return err.toString();
  }

  @Test
  @DisplayName("what is wrong in the file is told with file, line, and what is allowed")
  void wrong() throws Exception {
    Map.of(
            "prot = 5600", "there are admin-password, admin-password-hash, bind",
            "port", "name = value",
            "port = none", "'none' is not an int",
            "port = 99999", "from 0 to 65532",
            "timeout = 5", "at least 1000",
            "check = true", "belongs on the command line",
            "config = other", "belongs on the command line",
            "log-level = loud", "DEBUG, INFO",
            "log-files = 21", "from 1 to 20",
            "session = ../x", "letters")
        .forEach(
            (line, says) -> {
              try {
                String told = refused(line);
                assertTrue(told.contains(says), told);
                assertTrue(told.contains("server.conf, line 3"), told);
              } catch (Exception e) {
                throw new AssertionError(line, e);
              }
            });
    config("port = 1", "port = 2");
    assertTrue(refused("port = 1\nport = 2").contains("line 4: port was set in line 3"));
    assertTrue(refused("port = 5600", "--port", "99999").contains("--port must be"));
    Files.delete(folder.resolve("server.conf"));
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
    assertEquals(2, command.execute("serve", "--config", folder.resolve("none").toString()));
    assertTrue(err.toString().contains("cannot be read"), err::toString);
  }

  @Test
  @DisplayName("the command line counts more than the environment, and that more than the file")
  void order() throws Exception {
    Path file =
        config(
            "port = 0",
            "bind = 127.0.0.1",
            "plain = true",
            "log-level = error",
            "admin-password = a\\b # c",
            "data = " + folder.resolve("file"),
            "metrics-port = 0");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Started plain = started(file, Map.of());
    assertEquals("file", plain.data);
    assertTrue(!plain.said.contains("event="), plain.said);
    Started one = started(file, Map.of("DATA", folder.resolve("environment").toString()));
    assertEquals("environment", one.data);
    assertTrue(one.said.contains("chmod 600"), one.said);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Started two =
        started(
            file,
            Map.of("DATA", folder.resolve("environment").toString()),
            "--log-level=info",
            "--data",
            folder.resolve("line").toString());
    assertEquals("line", two.data);
    assertTrue(!two.said.contains("chmod 600"), two.said);
    assertTrue(two.said.contains("event=server.started"), two.said);
  }

  private record Started(String data, String said) {}

  /** Starts a server, stops it by SIGTERM, and tells which folder it made. */
  private Started started(Path config, Map<String, String> environment, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
    arguments.addAll(List.of(more));
    ProcessBuilder builder = ServerProcess.start(arguments);
    builder.environment().putAll(environment);
    Path log = folder.resolve("stderr"); // To destroy a process closes its streams.
    Process server = builder.redirectError(log.toFile()).start();
    Map<?, ?> ready = (Map<?, ?>) Json.parse(server.inputReader(StandardCharsets.UTF_8).readLine());
    assertTrue((Long) ready.get("metrics") > 0);
    server.destroy();
    int code = server.waitFor();
    String said = Files.readString(log);
    assertEquals(0, code, () -> code + ": " + said);
    for (String name : List.of("file", "environment", "line")) {
      Path data = folder.resolve(name);
      if (Files.exists(data.resolve("server.lock"))) {
        Files.delete(data.resolve("server.lock"));
        return new Started(name, said);
      }
    }
    throw new AssertionError(said);
  }

  @Test
  @DisplayName("the help has each option once, under a heading, and says the exit codes")
  void help() {
    CommandLine serve = Main.commandLine().getSubcommands().get("serve");
    Map<String, List<OptionSpec>> headings = ServeHelp.headings(serve.getCommandSpec().options());
    Set<OptionSpec> all = new HashSet<>();
    headings.values().forEach(options -> options.forEach(one -> assertTrue(all.add(one))));
    assertEquals(new HashSet<>(serve.getCommandSpec().options()), all);
    String text = serve.getUsageMessage(CommandLine.Help.Ansi.OFF);
    headings.keySet().forEach(heading -> assertTrue(text.contains("\n" + heading + "\n"), heading));
    assertTrue(text.contains("Exit codes"), text);
  }
}
