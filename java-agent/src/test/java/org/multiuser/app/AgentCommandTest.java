package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent run}: what its exit codes and messages say. */
class AgentCommandTest {
  @TempDir Path folder;
  private String said;

  @Test
  @DisplayName("a script that is missing or is no text ends with 2 and is named")
  void missing() throws IOException {
    assertEquals(2, run(folder.resolve("none.yaml")));
    assertTrue(said.contains("none.yaml"), said);
    Path binary = folder.resolve("binary.yaml");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xfd});
    assertEquals(2, run(binary));
    assertTrue(said.contains("binary.yaml"), said);
    assertEquals(2, run(folder));
  }

  @Test
  @DisplayName("a script with a mistake ends with 2 before anything is done, naming line and step")
  void mistake() throws IOException {
    Path script = folder.resolve("bad.yaml");
    Files.writeString(script, "steps:\n- connect: {user: ada}\n- push: {user: bob}\n");
    assertEquals(2, run(script));
    assertTrue(said.contains("bad.yaml: line 3: 'push' of user 'bob'"), said);
  }

  @Test
  @DisplayName("a step that fails ends with 1")
  void failure() throws IOException {
    Path script = folder.resolve("fails.yaml");
    Files.writeString(script, "steps:\n- connect: {user: ada, port: 70000}\n");
    assertEquals(1, run(script));
    Files.writeString(
        script,
        """
        steps:
        - connect: {user: ada, host: 127.0.0.1, port: 1}
        - add: {user: ada, count: 2000000000}
        """);
    assertEquals(1, run(script));
    Files.writeString(
        script,
        "steps:\n- connect: {user: ada, port: 1}\n- set: {user: ada, node: 5, path: a, value: }\n");
    assertEquals(1, run(script));
  }

  private int run(Path script) {
    PrintStream err = System.err;
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream caught = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setErr(caught);
    System.setOut(caught);
    try {
      return Main.commandLine().execute("agent", "run", script.toString());
    } finally {
      System.setErr(err);
      System.setOut(out);
      said = bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
