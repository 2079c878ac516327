package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;
import org.multiuser.server.room.HallBench.Client;

/** The way into a session. */
class HallLoginTest {
  private final HallBench bench = new HallBench();

  @Test
  @DisplayName("[VE1] another major version is told and ended")
  void version() {
    Client client = bench.client("a");
    client.say(Channel.COMMANDS, new Message.Hello(ProtocolVersion.MAJOR + 1, 0, "new"));
    assertEquals(ErrorCode.WRONG_VERSION, client.failed().code());
    assertTrue(bench.closed.contains(client.link(Channel.COMMANDS)));
  }

  @Test
  @DisplayName("[CH3] before log-in all but Hello and Login is refused with NOT_LOGGED_IN")
  void beforeLogin() {
    Client client = bench.client("a");
    client.say(Channel.COMMANDS, new Message.Kick(4, new UUID(1, 1), "", false));
    assertEquals(
        new Message.Failed(4, ErrorCode.NOT_LOGGED_IN, client.failed().text()), client.failed());
    client.say(Channel.COMMANDS, new Message.Hello(ProtocolVersion.MAJOR, 0, "x"));
    Message.Welcome welcome = client.last(Channel.COMMANDS, Message.Welcome.class);
    assertEquals("main", welcome.sessions().get(0).name());
    assertEquals(SessionState.LOBBY, welcome.sessions().get(0).state());
  }

  @Test
  @DisplayName("[CH4] a link with a foreign token stays unbound")
  void foreignToken() {
    Client client = bench.client("a");
    client.say(Channel.PUBLISHER, new Message.Bind(new byte[32]));
    assertEquals(
        ErrorCode.NOT_LOGGED_IN, client.last(Channel.PUBLISHER, Message.Failed.class).code());
  }

  @Test
  @DisplayName("[LI2] passwords decide who gets in and as what")
  void passwords() {
    HallBench locked = new HallBench(new Random(1), "open", new HashMap<>());
    assertEquals(Role.ADMIN, locked.client("a").enter("main", "", "admin", "", false).login.role());
    assertEquals(
        Role.EDITOR, locked.client("bb").enter("main", "open", "", "", false).login.role());
    assertNull(locked.client("ccc").enter("main", "", "", "", false).login);
    assertNull(locked.client("dddd").enter("main", "open", "wrong", "", false).login);
  }

  @Test
  @DisplayName("[LI1, ER4] what is no release of Blender keeps nobody else out")
  void longRelease() {
    Client client = bench.client("a");
    client.enter("main", "", "", "4." + "x".repeat(4_090), false);
    assertEquals(ErrorCode.BAD_NAME, client.failed().code());
    assertNotNull(bench.client("bb").enter("main", "", "", "4.3", false).login);
  }

  @Test
  @DisplayName("[LI3] after a wrong password the address waits, longer each time")
  void backOff() {
    Client client = bench.client("a");
    client.enter("main", "", "wrong", "", false);
    assertEquals(ErrorCode.WRONG_PASSWORD, client.failed().code());
    client.enter("main", "", "admin", "", false);
    assertEquals(ErrorCode.TOO_FAST, client.failed().code());
    bench.pass(300);
    client.enter("main", "", "wrong", "", false);
    assertEquals(ErrorCode.WRONG_PASSWORD, client.failed().code());
    bench.pass(300);
    client.enter("main", "", "admin", "", false);
    assertEquals(ErrorCode.TOO_FAST, client.failed().code());
    bench.pass(300);
    assertNotNull(client.enter("main", "", "admin", "", false).login);
  }

  @Test
  @DisplayName("[LI1] names with control characters or of no length are refused")
  void names() {
    for (String name : List.of("", "  ", "a\nb", "x".repeat(65))) {
      Client client = bench.client(name);
      client.enter("main", "", "", "", false);
      assertEquals(ErrorCode.BAD_NAME, client.failed().code());
    }
    Client client = bench.client("ok");
    client.enter("../etc", "", "admin", "", false);
    assertEquals(ErrorCode.BAD_NAME, client.failed().code());
  }

  @Test
  @DisplayName("[SE6] only an admin makes another session come into being")
  void sessions() {
    Client guest = bench.client("guest");
    guest.enter("other", "", "", "", false);
    assertEquals(ErrorCode.NO_SUCH_SESSION, guest.failed().code());
    assertNotNull(bench.client("boss").enter("other", "", "admin", "", false).login);
    assertNotNull(guest.enter("other", "", "", "", false).login);
  }

  @Test
  @DisplayName("[ID2, LI5] identity and name belong to the holder of the secret")
  void identity() {
    Client ann = bench.client("ann").join("");
    Client thief = bench.new Client("thief", ann.id);
    thief.enter("main", "", "", "", false);
    assertEquals(ErrorCode.NAME_TAKEN, thief.failed().code());
    Client double1 = bench.new Client("ann", new UUID(5, 5));
    double1.enter("main", "", "", "", true);
    assertEquals(ErrorCode.NAME_TAKEN, double1.failed().code());
    ann.lose();
    assertNotNull(double1.enter("main", "", "", "", true).login);
  }

  @Test
  @DisplayName("[LI4, LI7] a known identity resumes with its role, secret and a new token")
  void resumes() {
    Client host = bench.host();
    Message.LoggedIn first = host.login;
    host.lose();
    host.join("");
    assertEquals(Role.ADMIN, host.login.role());
    assertArrayEquals(first.secret(), host.login.secret());
    assertFalse(Arrays.equals(first.token(), host.login.token()));
    host.create();
    assertEquals(List.of(1L), host.accepted());
  }

  @Test
  @DisplayName("[LI6] the first member sets the Blender release")
  void blender() {
    assertNotNull(bench.client("a").enter("main", "", "", "4.3.2", false).login);
    assertNotNull(bench.client("bb").enter("main", "", "", "4.3.0", false).login);
    assertNotNull(bench.client("ccc").enter("main", "", "", "", false).login);
    Client newer = bench.client("dddd");
    newer.enter("main", "", "", "5.2.0", false);
    assertEquals(ErrorCode.WRONG_BLENDER, newer.failed().code());
  }

  @Test
  @DisplayName("[RI8] a kicked user is told and ended; a banned one may not come back")
  void kick() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.say(Channel.COMMANDS, new Message.Kick(3, host.id, "no", false));
    assertEquals(ErrorCode.NOT_ALLOWED, guest.failed().code());
    host.say(Channel.COMMANDS, new Message.Kick(3, host.id, "me", false));
    assertEquals(ErrorCode.NOT_ALLOWED, host.failed().code());
    Link link = guest.link(Channel.COMMANDS);
    host.say(Channel.COMMANDS, new Message.Kick(4, guest.id, "rude", true));
    assertEquals(new Message.Failed(0, ErrorCode.KICKED, "rude"), guest.failed());
    assertTrue(bench.closed.contains(link));
    guest.lose();
    guest.enter("main", "", "", "", false);
    assertEquals(ErrorCode.BANNED, guest.failed().code());
  }

  @Test
  @DisplayName("[SE8, HB4] silence shows a user offline, a heartbeat online, a time-out gone")
  void silence() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    for (int i = 0; i < 4; i++) {
      host.beat();
      bench.pass(1_000);
    }
    assertFalse(shown(host, guest).online());
    guest.beat();
    assertTrue(shown(host, guest).online());
    assertEquals(1, guest.all(Channel.TTL, Message.HeartbeatReply.class).size());
    for (int i = 0; i < 61; i++) {
      host.beat();
      bench.pass(1_000);
    }
    assertNull(shown(host, guest));
    assertEquals(ErrorCode.TIMED_OUT, guest.failed().code());
  }

  @Test
  @DisplayName("[SE7, RI7] who leaves is forgotten, and what it owned is COMMON")
  void leave() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    UUID node = guest.create();
    guest.say(Channel.COMMANDS, new Message.ChangeOwner(5, OwnerAction.TAKE, List.of(node), null));
    assertEquals(new Message.Done(5), guest.last(Channel.COMMANDS, Message.Done.class));
    guest.say(Channel.COMMANDS, new Message.Leave(6));
    assertEquals(new Message.Done(6), guest.last(Channel.COMMANDS, Message.Done.class));
    assertNull(shown(host, guest));
    host.subscribe(0, 10_000);
    Message.SnapshotPart part = host.last(Channel.SUBSCRIBER, Message.SnapshotPart.class);
    assertNull(HallBench.CODECS.nodes().decode(part.bytes()).owner());
  }

  private static User shown(Client to, Client who) {
    return to.last(Channel.COMMANDS, Message.Users.class).users().stream()
        .filter(user -> user.id().equals(who.id))
        .findFirst()
        .orElse(null);
  }
}
