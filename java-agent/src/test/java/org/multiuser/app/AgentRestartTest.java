package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.files.JoinFile;
import org.multiuser.network.server.GateSettings;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.SqliteStores;

/** What one agent leaves behind for the next. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AgentRestartTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("[ID2, AC2] a resumed agent, too, keeps for which incarnation its commits are")
  void incarnation() throws Exception {
    Server server =
        new Server(
            GateSettings.plain("127.0.0.1", 0),
            KnownPasswords.plain("", "admin", new SecureRandom()),
            60_000,
            new SqliteStores(
                folder.resolve("sessions"), WireClient.CODECS.nodes(), Durability.FULL),
            FileSettings.usual(folder.resolve("sessions")),
            WireClient.CODECS);
    int port = server.open();
    Thread thread = new Thread(server::run, "server under test");
    thread.start();
    Path state = folder.resolve("state");
    ConnectOptions options =
        new ConnectOptions(
            "127.0.0.1", port, "main", "anna", 0, "", "admin", "", 10_000, Security.PLAIN);
    try {
      AgentRuntime first = new AgentRuntime(state);
      first.connect(options);
      await(() -> first.status().state() instanceof ClientState.Lobby);
      first.close();
      JoinFile.Join left = new JoinFile(state).read().orElseThrow();

      AgentRuntime second = new AgentRuntime(state);
      second.connect(options);
      await(() -> second.status().state() instanceof ClientState.Lobby);
      second.initialise(true);
      await(() -> second.status().state() instanceof ClientState.Online);
      UUID client = second.status().client();
      second.close();
      JoinFile.Join kept = new JoinFile(state).read().orElseThrow();

      assertEquals(left.client(), client);
      assertArrayEquals(left.secret(), kept.secret());
      try (WireClient other = new WireClient(port)) {
        other.login("other", "admin");
        assertEquals(other.login.incarnation(), kept.incarnation());
      }
      assertNotEquals(left.incarnation(), kept.incarnation());
    } finally {
      server.stop();
      thread.join();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }
}
