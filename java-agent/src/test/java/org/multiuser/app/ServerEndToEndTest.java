package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.server.GateSettings;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.SqliteStores;

/** Plain ZeroMQ clients against a server with gate, room and SQLite. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ServerEndToEndTest {
  @TempDir Path data;
  private Server server;
  private Thread thread;
  private int port;

  @BeforeEach
  void start() throws Exception {
    server =
        new Server(
            GateSettings.plain("127.0.0.1", 0),
            KnownPasswords.plain("", "admin", new SecureRandom()),
            60_000,
            new SqliteStores(data, WireClient.CODECS.nodes(), Durability.FULL),
            FileSettings.usual(data),
            WireClient.CODECS);
    port = server.open();
    thread = new Thread(server::run, "server under test");
    thread.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    thread.join();
  }

  @Test
  @DisplayName("[SE3, AC1, LO1, SN2] initialise, push, fan-out, and a late joiner's snapshot")
  void wholePath() {
    try (WireClient host = new WireClient(port);
        WireClient guest = new WireClient(port);
        WireClient late = new WireClient(port)) {
      host.login("host", "admin").subscribe(0);
      guest.login("guest", "").subscribe(0);
      host.initialise(true);
      UUID node = host.create("Object");
      host.push(node, set("location", "here"));
      host.accepted(2);
      while (guest.entries.size() < 2) {
        guest.await(Channel.SUBSCRIBER, Message.EntryPart.class);
      }
      assertEquals(2, guest.entries.get(1).sequence());
      assertEquals(node, ((LogEntry.Committed) guest.entries.get(1)).commit().node());
      late.login("late", "").subscribe(0);
      assertEquals(1, late.snapshot.size());
      assertEquals(new Value.Text("here"), text(late, "location"));
      assertEquals(SessionState.ACTIVE, late.login.state());
    }
  }

  @Test
  @DisplayName("[PT1, CR1] a commit of many parts goes through on small credit, whole")
  void largeCommit() {
    try (WireClient host = new WireClient(port);
        WireClient guest = new WireClient(port)) {
      host.login("host", "admin");
      host.initialise(true);
      guest.login("guest", "").subscribe(0);
      UUID node = host.create("Text");
      String large = "0123456789abcdef".repeat(200_000);
      host.push(node, set("body", large));
      host.accepted(2);
      while (guest.entries.size() < 2) {
        guest.await(Channel.SUBSCRIBER, Message.EntryPart.class);
      }
      Operation.Set set =
          (Operation.Set) ((LogEntry.Committed) guest.entries.get(1)).commit().operations().get(0);
      assertEquals(new Value.Text(large), set.value());
    }
  }

  @Test
  @DisplayName("[RI3, RI5, AC3] the server refuses an edit of what another user took")
  void refusesForeignEdit() {
    try (WireClient host = new WireClient(port);
        WireClient guest = new WireClient(port)) {
      host.login("host", "admin");
      host.initialise(true);
      guest.login("guest", "");
      UUID node = host.create("Object");
      host.accepted(1);
      host.send(
          Channel.COMMANDS, new Message.ChangeOwner(7, OwnerAction.TAKE, List.of(node), null));
      while (host.await(Channel.COMMANDS, Message.Done.class).request() != 7) {
        // The Done of Initialise comes first.
      }
      guest.push(node, set("name", "mine"));
      Message.Refused refused = guest.await(Channel.PUBLISHER, Message.Refused.class);
      assertEquals(ErrorCode.NOT_OWNER, refused.code());
      assertEquals(host.id, refused.owner());
    }
  }

  @Test
  @DisplayName("[LI2, LI3] a wrong password is refused, and the next try has to wait")
  void wrongPassword() {
    try (WireClient guest = new WireClient(port)) {
      guest.hello();
      Message.Login wrong =
          new Message.Login(3, "main", guest.id, new byte[0], "x", 0, "", "no such", "4.3", false);
      guest.send(Channel.COMMANDS, wrong);
      guest.send(Channel.COMMANDS, wrong);
      assertEquals(
          ErrorCode.WRONG_PASSWORD, guest.await(Channel.COMMANDS, Message.Failed.class).code());
      assertEquals(ErrorCode.TOO_FAST, guest.await(Channel.COMMANDS, Message.Failed.class).code());
    }
  }

  @Test
  @DisplayName("[ER3, ER4] a message that is none ends its link and harms nobody else")
  void badMessage() {
    try (WireClient good = new WireClient(port);
        WireClient bad = new WireClient(port)) {
      good.login("good", "admin");
      bad.hello();
      bad.send(Channel.COMMANDS, new Message.Grant(1));
      assertEquals(
          ErrorCode.NOT_LOGGED_IN, bad.await(Channel.COMMANDS, Message.Failed.class).code());
      good.initialise(true);
      good.create("Object");
      good.accepted(1);
    }
  }

  @Test
  @DisplayName("[AC1, LI7, CM4] kill -9 loses nothing acknowledged; resume by number")
  void killedServer() throws Exception {
    Path folder = data.resolve("killed");
    UUID hostId = UUID.randomUUID();
    byte[] secret;
    UUID incarnation;
    byte[] again;
    try (ServerProcess first = new ServerProcess(folder);
        WireClient host = new WireClient(first.port, hostId)) {
      host.login("host", "admin");
      host.initialise(true);
      UUID node = host.create("Object");
      long last = 0;
      for (int i = 0; i < 200; i++) {
        last = host.push(node, set("location", "at " + i));
      }
      host.accepted(last);
      secret = host.login.secret();
      again = host.encode(node, last, set("location", "at 199"));
      first.kill();
    }
    try (ServerProcess second = new ServerProcess(folder);
        WireClient host = new WireClient(second.port, hostId);
        WireClient late = new WireClient(second.port)) {
      host.login("host", "", secret);
      assertArrayEquals(secret, host.login.secret());
      incarnation = host.login.incarnation();
      host.pushBytes(201, again);
      Message.CaughtUp caughtUp = host.subscribe(150);
      assertEquals(201, caughtUp.sequence());
      assertEquals(201, caughtUp.counter());
      assertEquals(51, host.own.size());
      late.login("late", "").subscribe(0);
      assertEquals(incarnation, late.begun.incarnation());
      assertEquals(201, late.begun.sequence());
      assertEquals(new Value.Text("at 199"), text(late, "location"));
      second.process.destroy();
      assertTrue(second.process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(0, second.process.exitValue());
    }
  }

  private static Operation set(String key, String text) {
    return new Operation.Set(org.multiuser.protocol.model.Path.of(key), new Value.Text(text));
  }

  private static Value text(WireClient client, String key) {
    return client.snapshot.get(0).properties().values().get(key);
  }
}
