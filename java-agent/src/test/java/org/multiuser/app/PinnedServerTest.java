package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.network.trust.KnownServers;
import org.multiuser.protocol.file.Digest;

/** What an invite of a guest says of the server's certificate. */
class PinnedServerTest {
  private static final Digest ONE = Digest.ofContent(new byte[] {1});
  private static final Digest TWO = Digest.ofContent(new byte[] {2});

  @Test
  @DisplayName("[CH9] is the present server's, also where another one was met just before")
  void another(@TempDir Path folder) throws IOException {
    KnownServers known = new KnownServers(folder.resolve("known"));
    known.remember("a:5555", ONE);
    known.remember("b:5555", TWO);
    PinnedServer pinned = new PinnedServer(known);
    pinned.connect(server("a", Security.ENCRYPTED));
    assertEquals("", pinned.fingerprint(new ClientState.Connecting()));
    assertEquals(ONE.hex(), pinned.fingerprint(new ClientState.Online()));
    pinned.connect(server("b", Security.ENCRYPTED));
    assertEquals(TWO.hex(), pinned.fingerprint(new ClientState.Online()));
    pinned.connect(server("a", Security.PLAIN));
    assertEquals("", pinned.fingerprint(new ClientState.Online()));
  }

  private static ConnectOptions server(String host, Security security) {
    return new ConnectOptions(
        host, 5555, "main", "a", 0, "", "", "", ConnectOptions.DEFAULT_TIMEOUT_MILLIS, security);
  }
}
