package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.repository.PendingStore;
import org.multiuser.repository.Repository;

/** An admin brings a session into being over a link that does not hold. */
class InitialiseTest {
  private static final UUID ID = new UUID(1, 1);
  private static final UUID INCARNATION = new UUID(2, 2);

  private final Repository repository = new Repository(ID, () -> 7, PendingStore.NONE);
  private final ConnectOptions options =
      new ConnectOptions(
          "host", 1, "main", "admin", 0, "", "admin", "", 60_000, Security.ENCRYPTED);
  private final Client client = new Client(ID, new byte[0], options, repository, BulkCodec.raw());
  private long nowNanos = 1;

  @Test
  @DisplayName("[SE4] InitialiseDone that was lost with its link is said again over the next one")
  void saidAgain() {
    client.connect(nowNanos);
    logIn(SessionState.LOBBY);
    client.initialise(false);
    client.receive(
        Channel.COMMANDS, new Message.StateChanged(SessionState.INITIALISING, INCARNATION), 1);
    client.initialiseDone();
    assertEquals(1, dones());
    client.linkLost("cut", nowNanos);
    nowNanos += 10_000_000_000L;
    client.tick(nowNanos);
    logIn(SessionState.INITIALISING);
    assertEquals(1, dones());
    client.linkLost("cut", nowNanos);
    nowNanos += 10_000_000_000L;
    client.tick(nowNanos);
    logIn(SessionState.ACTIVE);
    assertEquals(0, dones());
  }

  @Test
  @DisplayName("[SE3] an agent that was started again asks again and goes on")
  void startedAgain() {
    client.connect(nowNanos);
    logIn(SessionState.INITIALISING);
    assertEquals(new ClientState.Initialising(false), client.state());
    client.initialise(false);
    assertEquals(new ClientState.Initialising(true), client.state());
    client.initialiseDone();
    assertEquals(1, dones());
  }

  private void logIn(SessionState state) {
    client.receive(
        Channel.COMMANDS,
        new Message.Welcome(ProtocolVersion.MAJOR, 0, "server", List.of()),
        nowNanos);
    byte[] secret = new byte[32];
    client.receive(
        Channel.COMMANDS,
        new Message.LoggedIn(1, ID, secret, secret, Role.ADMIN, INCARNATION, state, 60_000),
        nowNanos);
  }

  private long dones() {
    return client.drain().stream()
        .filter(
            effect ->
                effect instanceof Effect.Send send
                    && send.message() instanceof Message.InitialiseDone)
        .count();
  }
}
