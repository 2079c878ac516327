package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.files.content.FileCutter;
import org.multiuser.protocol.file.Digest;

/** What tests that play artists with files have in common. */
final class Played {
  private Played() {}

  /**
   * Connects an agent, encrypted, as an admin, who starts the session if nobody did, and waits for
   * that.
   */
  static void connect(AgentRuntime agent, String name, int port) throws InterruptedException {
    agent.connect(
        new ConnectOptions(
            "127.0.0.1", port, "main", name, 0, "", "admin", "", 10_000, Security.ENCRYPTED));
    await(
        () ->
            agent.status().state() instanceof ClientState.Lobby
                || agent.status().state() instanceof ClientState.Online);
    if (agent.status().state() instanceof ClientState.Lobby) {
      agent.initialise(true);
    }
    await(() -> agent.status().state() instanceof ClientState.Online);
  }

  /** Writes an artist's own file, in a folder that is made if there is none. */
  static Path write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** The same seed gives the same content. */
  static byte[] content(long seed, int size) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** What a file is named by (SPEC FI1). */
  static Digest digestOf(Path file) throws IOException {
    return FileCutter.cut(file, (chunk, bytes) -> {}).file();
  }

  /** Waits for as long as the test may take. */
  static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }
}
