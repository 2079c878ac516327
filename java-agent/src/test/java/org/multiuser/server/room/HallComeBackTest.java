package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** Who comes back after the server gave up on them, and who only says to be them. */
class HallComeBackTest {
  private final HallBench bench = new HallBench();

  @Test
  @DisplayName("[HB4, CM4, LI7] after a time-out what is pending is taken exactly once, by number")
  void afterTimeOut() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    Message.LoggedIn before = guest.login;
    guest.create();
    UUID second = guest.create();
    guest.say(
        Channel.COMMANDS, new Message.ChangeOwner(5, OwnerAction.TAKE, List.of(second), null));
    guest.lose();
    timeOut(host);
    guest.join("");
    assertArrayEquals(before.secret(), guest.login.secret(), "the secret stays the same");
    assertEquals(before.incarnation(), guest.login.incarnation());

    // It did not hear of its second commit and made a third one meanwhile: both are pending.
    pushAgain(guest, 2);
    guest.counter = 2;
    guest.create();
    assertEquals(List.of(3L), guest.accepted());
    guest.subscribe(1, 1 << 20);
    List<Long> own =
        guest.all(Channel.SUBSCRIBER, Message.OwnEntry.class).stream()
            .map(Message.OwnEntry::counter)
            .toList();
    assertEquals(List.of(2L, 3L), own);
    assertEquals(3, guest.last(Channel.SUBSCRIBER, Message.CaughtUp.class).counter());
    host.subscribe(0, 1 << 20);
    assertEquals(3, host.last(Channel.SUBSCRIBER, Message.SnapshotBegin.class).nodes());
    assertNull(owner(host, second), "what it owned is COMMON");
  }

  @Test
  @DisplayName("[ID2] an identity that was timed out or left is nobody else's, in the store too")
  void thief() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.create();
    guest.lose();
    timeOut(host);
    Client leaver = bench.client("leaver").join("");
    leaver.say(Channel.COMMANDS, new Message.Leave(6));
    HallBench restarted = new HallBench(new Random(9), "", bench.stores);
    for (Client victim : List.of(guest, leaver)) {
      assertRefused(bench, victim.id);
      assertRefused(restarted, victim.id);
    }
    Client again = restarted.new Client("guest", guest.id);
    again.secret = guest.secret;
    again.join("");
    pushAgain(again, 1);
    assertEquals(List.of(), again.accepted(), "it was settled before the restart");
    again.counter = 1;
    again.create();
    assertEquals(List.of(2L), again.accepted());
  }

  @Test
  @DisplayName("[LI5] whose name was taken meanwhile is refused by it, not by the identity")
  void nameTaken() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.lose();
    timeOut(host);
    assertNotNull(bench.new Client("guest", new UUID(7, 7)).join("").login);
    guest.enter("main", "", "", "", false);
    assertEquals(ErrorCode.NAME_TAKEN, guest.failed().code());
    Client renamed = bench.new Client("guest 2", guest.id);
    renamed.secret = guest.secret;
    assertNotNull(renamed.enter("main", "", "", "", false).login);
  }

  @Test
  @DisplayName("[ER3] a member whose links were all ended is offline at once")
  void endedLinks() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    for (Channel channel : List.of(Channel.TTL, Channel.PUBLISHER, Channel.COMMANDS)) {
      bench.step(new Event.Malformed(guest.link(channel), ErrorCode.BAD_MESSAGE, "nonsense"));
    }
    assertFalse(host.last(Channel.COMMANDS, Message.Users.class).users().get(1).online());
  }

  @Test
  @DisplayName("[LI8] whose first answer was lost with its link comes in again, by name too")
  void answerLost() {
    Client host = bench.host();
    Client guest = withoutAnswer("guest");
    guest.lose();
    assertEquals(1, shown(host).size(), "the others do not see it any more");
    assertNotNull(guest.enter("main", "", "", "", false).login, "the same identity");
    guest.secret = new byte[0];
    guest.lose();
    assertNotNull(bench.new Client("guest", new UUID(7, 7)).join("").login, "the same name");
  }

  @Test
  @DisplayName("[LI8] as does one whose link was lost without the server knowing, after 3 s")
  void answerLostInSilence() {
    bench.host();
    Client guest = withoutAnswer("guest");
    guest.links.clear();
    assertNull(guest.enter("main", "", "", "", false).login);
    assertEquals(ErrorCode.NAME_TAKEN, guest.failed().code());
    bench.pass(3_000);
    assertNotNull(guest.enter("main", "", "", "", false).login);
  }

  @Test
  @DisplayName("[LI8] such a log-in is not kept by the store; one that bound a channel is")
  void answerLostAmidRestart() {
    bench.host();
    Client guest = withoutAnswer("guest");
    Client bound = bench.client("bound");
    bound.enter("main", "", "", "", false);
    bound.subscribe(0, 1 << 20);
    HallBench restarted = new HallBench(new Random(9), "", bench.stores);
    assertNotNull(restarted.new Client("guest", guest.id).enter("main", "", "", "", false).login);
    assertRefused(restarted, bound.id);
  }

  @Test
  @DisplayName(
      "[LI8] who has the answer but lost its link before it bound any comes in all the same")
  void bindingLost() {
    bench.host();
    Client guest = bench.client("guest").enter("main", "", "", "", false);
    guest.lose();
    guest.join("");
    assertNotNull(guest.login);
    guest.create();
    assertEquals(List.of(1L), guest.accepted());
  }

  /** A client that logged in and did not hear so. */
  private Client withoutAnswer(String name) {
    Client client = bench.client(name).enter("main", "", "", "", false);
    assertNotNull(client.login);
    client.secret = new byte[0];
    return client;
  }

  private static List<User> shown(Client to) {
    return to.last(Channel.COMMANDS, Message.Users.class).users();
  }

  private static void assertRefused(HallBench bench, UUID id) {
    Client thief = bench.new Client("thief", id);
    assertNull(thief.enter("main", "", "", "", true).login);
    assertEquals(ErrorCode.NAME_TAKEN, thief.failed().code());
    thief.secret = new byte[32];
    assertNull(thief.enter("main", "", "", "", true).login);
  }

  private void timeOut(Client host) {
    for (int second = 0; second < 62; second++) {
      host.beat();
      bench.pass(1_000);
    }
  }

  private static void pushAgain(Client client, long counter) {
    UUID node = new UUID(client.id.getMostSignificantBits(), counter);
    Operation create = new Operation.Create("Object", Value.Fields.EMPTY);
    client.push(new Commit(client.id, counter, node, 0, 0, List.of(create)));
  }

  private static UUID owner(Client reader, UUID node) {
    return reader.all(Channel.SUBSCRIBER, Message.SnapshotPart.class).stream()
        .map(part -> HallBench.CODECS.nodes().decode(part.bytes()))
        .filter(found -> found.id().equals(node))
        .findFirst()
        .orElseThrow()
        .owner();
  }
}
