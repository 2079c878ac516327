package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** Commits in, entries out. */
class RoomStreamTest {
  private final HallBench bench = new HallBench();

  @Test
  @DisplayName("[AC1] neither acknowledged nor fanned out before it is durable")
  void durableFirst() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.subscribe(0, 100_000);
    bench.holdStore = true;
    host.create();
    host.create();
    assertEquals(List.of(), host.accepted());
    assertEquals(0, guest.all(Channel.SUBSCRIBER, Message.EntryPart.class).size());
    bench.releaseStore();
    assertEquals(List.of(1L, 2L), host.accepted());
    assertEquals(2, guest.all(Channel.SUBSCRIBER, Message.EntryPart.class).size());
  }

  @Test
  @DisplayName("[SU4, AC3] a refusal that meets no Publisher is told by another CaughtUp")
  void refusalWithoutPublisher() {
    bench.host();
    Client guest = bench.client("guest").join("");
    bench.holdStore = true;
    guest.create();
    guest.push(new UUID(9, 9), new Operation.Delete());
    guest.lose();
    guest.enter("main", "", "", "4.3", false);
    guest.subscribe(0, 100_000);
    assertEquals(0, guest.last(Channel.SUBSCRIBER, Message.CaughtUp.class).counter());
    bench.releaseStore();
    assertEquals(2, guest.last(Channel.SUBSCRIBER, Message.CaughtUp.class).counter());
  }

  @Test
  @DisplayName("[LM5] a node cannot grow, commit by commit, beyond what a snapshot can carry")
  void growth() {
    Client host = bench.host();
    UUID node = host.create();
    Value many = new Value.Items(Collections.nCopies(Limits.VALUES / 2, new Value.Bool(true)));
    host.push(node, new Operation.Set(Path.of("a"), many));
    host.push(node, new Operation.Set(Path.of("a"), many));
    assertNull(host.refused());
    host.push(node, new Operation.Set(Path.of("b"), many));
    assertEquals(ErrorCode.TOO_LARGE, host.refused().code());
  }

  @Test
  @DisplayName("[AC1] what comes in while a batch is on its way makes one next batch")
  void groupCommit() {
    Client host = bench.host();
    bench.holdStore = true;
    for (int i = 0; i < 10; i++) {
      host.create();
    }
    assertEquals(1, bench.held.size());
    assertEquals(1, ((Effect.Save) bench.held.peek()).changes().size());
    bench.releaseStore();
    assertEquals(10, host.accepted().size());
  }

  @Test
  @DisplayName("[AC1] when the store fails all are told and nothing is acknowledged")
  void storeFails() {
    Client host = bench.host();
    bench.holdStore = true;
    host.create();
    bench.step(new Event.StoreFailed("main", "disk full"));
    assertEquals(ErrorCode.STORE_FAILED, host.failed().code());
    assertEquals(List.of(), host.accepted());
  }

  @Test
  @DisplayName("[LO2, LO4] others get the author's bytes, the author only the number")
  void fanOut() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    host.subscribe(0, 100_000);
    guest.subscribe(0, 100_000);
    UUID node = host.create();
    Message.EntryPart part = guest.last(Channel.SUBSCRIBER, Message.EntryPart.class);
    Commit commit =
        new Commit(
            host.id, 1, node, 0, 0, List.of(new Operation.Create("Object", Value.Fields.EMPTY)));
    assertEquals(
        new LogEntry.Committed(1, commit), HallBench.CODECS.entries().decode(part.bytes()));
    assertEquals(new Message.OwnEntry(1, 1), host.last(Channel.SUBSCRIBER, Message.OwnEntry.class));
    assertEquals(0, host.all(Channel.SUBSCRIBER, Message.EntryPart.class).size());
  }

  @Test
  @DisplayName("[CM3, CM4] a commit sent twice is applied once")
  void repetition() {
    Client host = bench.host();
    UUID node = host.create();
    Commit again =
        new Commit(
            host.id, 1, node, 0, 0, List.of(new Operation.Create("Object", Value.Fields.EMPTY)));
    host.push(again);
    assertEquals(List.of(1L), host.accepted());
    assertNull(host.refused());
  }

  @Test
  @DisplayName("[CM6, CM8, AC3] commits that do not fit are refused with why")
  void misfits() {
    Client host = bench.host();
    UUID node = host.create();
    host.push(node, new Operation.Create("Mesh", Value.Fields.EMPTY));
    assertEquals(ErrorCode.NODE_EXISTS, host.refused().code());
    host.push(new UUID(9, 9), new Operation.Delete());
    assertEquals(ErrorCode.NO_SUCH_NODE, host.refused().code());
    long counter = ++host.counter;
    host.push(new Commit(host.id, counter, node, 77, 0, List.of(new Operation.RemoveBuffer("co"))));
    assertEquals(ErrorCode.STALE_STRUCTURE, host.refused().code());
    assertEquals(counter, host.refused().counter());
  }

  @Test
  @DisplayName("[CM2] a commit under another author's name ends the link")
  void foreignAuthor() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.push(new Commit(host.id, 1, new UUID(1, 2), 0, 0, List.of(new Operation.Delete())));
    assertTrue(bench.closed.contains(guest.link(Channel.PUBLISHER)));
    assertEquals(ErrorCode.BAD_MESSAGE, guest.last(Channel.PUBLISHER, Message.Failed.class).code());
  }

  @Test
  @DisplayName("[SE5] in the lobby no commit is taken, while initialising only the admin's")
  void states() {
    Client host = bench.client("host").join("admin");
    Client guest = bench.client("guest").join("");
    host.create();
    assertEquals(ErrorCode.NOT_ACTIVE, host.refused().code());
    host.say(Channel.COMMANDS, new Message.Initialise(1, false));
    assertEquals(SessionState.INITIALISING, state(guest));
    guest.create();
    assertEquals(ErrorCode.NOT_ACTIVE, guest.refused().code());
    host.create();
    assertEquals(List.of(2L), host.accepted());
  }

  @Test
  @DisplayName("[SE3, SE4] initialise, fill, done: active once all is settled")
  void initialise() {
    Client host = bench.client("host").join("admin");
    UUID before = host.login.incarnation();
    host.say(Channel.COMMANDS, new Message.Initialise(1, false));
    assertEquals(new Message.Done(1), host.last(Channel.COMMANDS, Message.Done.class));
    assertNotEquals(before, host.last(Channel.COMMANDS, Message.StateChanged.class).incarnation());
    host.say(Channel.COMMANDS, new Message.InitialiseDone(2, 2));
    host.create();
    assertEquals(SessionState.INITIALISING, state(host));
    host.create();
    assertEquals(SessionState.ACTIVE, state(host));
    assertEquals(new Message.Done(2), host.last(Channel.COMMANDS, Message.Done.class));
    host.say(Channel.COMMANDS, new Message.Initialise(3, true));
    assertEquals(ErrorCode.NOT_ALLOWED, host.failed().code());
  }

  @Test
  @DisplayName("[SE3] said again by the admin who initialises it goes on, and Done before is void")
  void initialiseAgain() {
    Client host = bench.client("host").join("admin");
    Client other = bench.client("other").join("admin");
    host.say(Channel.COMMANDS, new Message.Initialise(1, false));
    host.create();
    UUID incarnation = host.last(Channel.COMMANDS, Message.StateChanged.class).incarnation();
    host.say(Channel.COMMANDS, new Message.InitialiseDone(2, 2));
    host.say(Channel.COMMANDS, new Message.Initialise(3, false));
    assertEquals(new Message.Done(3), host.last(Channel.COMMANDS, Message.Done.class));
    host.create();
    assertEquals(SessionState.INITIALISING, state(other));
    other.say(Channel.COMMANDS, new Message.Initialise(1, false));
    assertEquals(ErrorCode.NOT_ALLOWED, other.failed().code());
    host.say(Channel.COMMANDS, new Message.Initialise(4, true));
    assertEquals(ErrorCode.NOT_ALLOWED, host.failed().code());
    host.say(Channel.COMMANDS, new Message.InitialiseDone(5, 2));
    assertEquals(SessionState.ACTIVE, state(host));
    assertEquals(
        incarnation, host.last(Channel.COMMANDS, Message.StateChanged.class).incarnation());
  }

  @Test
  @DisplayName("[SE4, SU5] when the initialising admin leaves it is the lobby again, empty")
  void initialiserLeaves() {
    Client host = bench.client("host").join("admin");
    Client guest = bench.client("guest").join("");
    guest.subscribe(0, 100_000);
    host.say(Channel.COMMANDS, new Message.Initialise(1, false));
    host.create();
    host.say(Channel.COMMANDS, new Message.Leave(2));
    assertEquals(SessionState.LOBBY, state(guest));
    Message.SnapshotBegin begin = guest.last(Channel.SUBSCRIBER, Message.SnapshotBegin.class);
    assertEquals(0, begin.nodes());
    assertEquals(
        begin.incarnation(),
        guest.last(Channel.COMMANDS, Message.StateChanged.class).incarnation());
  }

  @Test
  @DisplayName("[SN2, SN3, SU3, SU4] a late joiner gets all nodes in order, then what follows")
  void snapshot() {
    Client host = bench.host();
    UUID first = new UUID(1, 100);
    UUID second = new UUID(1, 200);
    host.push(first, new Operation.Create("Object", refersTo(second)));
    host.push(second, new Operation.Create("Mesh", Value.Fields.EMPTY));
    Client guest = bench.client("guest").join("");
    guest.subscribe(0, 100_000);
    host.create();
    List<Message> heard = guest.heard(Channel.SUBSCRIBER);
    List<UUID> nodes = new ArrayList<>();
    for (Message message : heard) {
      if (message instanceof Message.SnapshotPart part) {
        nodes.add(HallBench.CODECS.nodes().decode(part.bytes()).id());
      }
    }
    assertEquals(List.of(second, first), nodes);
    assertEquals(2, ((Message.SnapshotBegin) heard.get(0)).sequence());
    assertEquals(new Message.SnapshotEnd(2), heard.get(3));
    assertEquals(new Message.CaughtUp(2, 0), heard.get(4));
    assertEquals(3, ((Message.EntryPart) heard.get(5)).sequence());
  }

  @Test
  @DisplayName("[CR1, SU2] nothing is sent without credit; a grant lets it go on")
  void credit() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.subscribe(0, 0);
    assertEquals(List.of(), guest.heard(Channel.SUBSCRIBER));
    guest.say(Channel.SUBSCRIBER, new Message.Grant(3 * 64));
    assertEquals(3, guest.heard(Channel.SUBSCRIBER).size());
    for (int i = 0; i < 20; i++) {
      host.create();
    }
    assertEquals(3, guest.heard(Channel.SUBSCRIBER).size());
    guest.say(Channel.SUBSCRIBER, new Message.Grant(100_000));
    assertEquals(20, guest.all(Channel.SUBSCRIBER, Message.EntryPart.class).size());
  }

  @Test
  @DisplayName("[SU1] a slow subscriber is fed from the store, without gap, in order")
  void fromStore() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.subscribe(0, 3 * 64);
    UUID node = host.create();
    for (int i = 0; i < 200; i++) {
      host.push(node, new Operation.Set(Path.of("text"), new Value.Text("x".repeat(50) + i)));
    }
    for (int i = 0; i < 60; i++) {
      guest.say(Channel.SUBSCRIBER, new Message.Grant(1_000));
    }
    List<Long> sequences =
        guest.all(Channel.SUBSCRIBER, Message.EntryPart.class).stream()
            .map(Message.EntryPart::sequence)
            .toList();
    assertEquals(201, sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      assertEquals(i + 1, sequences.get(i));
    }
  }

  @Test
  @DisplayName("[SU1, LI7, CM4] a restarted server brings back image, log, members and counters")
  void restart() {
    Client host = bench.host();
    UUID node = host.create();
    host.push(node, new Operation.Set(Path.of("a"), new Value.Int(1)));
    HallBench next = new HallBench(new Random(99), "", bench.stores);
    Client again = next.new Client("host", host.id);
    again.secret = host.secret;
    again.counter = 1;
    again.join("");
    assertEquals(SessionState.ACTIVE, again.login.state());
    assertEquals(
        host.last(Channel.COMMANDS, Message.StateChanged.class).incarnation(),
        again.login.incarnation());
    again.push(node, new Operation.Set(Path.of("a"), new Value.Int(1)));
    assertEquals(List.of(), again.accepted());
    again.subscribe(1, 100_000);
    assertEquals(
        List.of(new Message.OwnEntry(2, 2), new Message.CaughtUp(2, 2)),
        again.heard(Channel.SUBSCRIBER));
  }

  @Test
  @DisplayName("[RI5, RI6] take, refuse, give, release; the first at the server wins")
  void owners() {
    Client host = bench.host();
    Client ann = bench.client("ann").join("");
    Client bert = bench.client("bert").join("");
    UUID node = host.create();
    change(ann, OwnerAction.TAKE, node, null);
    change(bert, OwnerAction.TAKE, node, null);
    assertEquals(ErrorCode.NOT_OWNER, bert.failed().code());
    bert.push(node, new Operation.Set(Path.of("a"), new Value.Int(1)));
    assertEquals(ErrorCode.NOT_OWNER, bert.refused().code());
    assertEquals(ann.id, bert.refused().owner());
    change(ann, OwnerAction.GIVE, node, bert.id);
    bert.push(node, new Operation.Set(Path.of("a"), new Value.Int(1)));
    assertEquals(1, bert.accepted().size());
    change(host, OwnerAction.RELEASE, node, null);
    ann.push(node, new Operation.Delete());
    assertEquals(1, ann.accepted().size());
    change(ann, OwnerAction.TAKE, node, null);
    assertEquals(ErrorCode.NO_SUCH_NODE, ann.failed().code());
    change(ann, OwnerAction.GIVE, node, new UUID(4, 4));
    assertEquals(ErrorCode.NO_SUCH_USER, ann.failed().code());
  }

  @Test
  @DisplayName("[PR1, PR2] presence goes to the others, 20 a second at most, the newest kept")
  void presence() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    for (int i = 0; i < 10; i++) {
      guest.say(
          Channel.TTL,
          new Message.Presence(new Value.Fields(new TreeMap<>(Map.of("i", new Value.Int(i))))));
    }
    assertEquals(1, host.all(Channel.TTL, Message.UserPresence.class).size());
    bench.pass(100);
    List<Message.UserPresence> seen = host.all(Channel.TTL, Message.UserPresence.class);
    assertEquals(2, seen.size());
    assertEquals(guest.id, seen.get(1).user());
    assertEquals(new Value.Int(9), seen.get(1).state().values().get("i"));
    assertEquals(0, guest.all(Channel.TTL, Message.UserPresence.class).size());
  }

  @Test
  @DisplayName("[CH4] a second binding replaces the first; what comes over the first is ignored")
  void replaced() {
    Client host = bench.host();
    Link first = host.link(Channel.PUBLISHER);
    host.links.remove(Channel.PUBLISHER);
    host.say(Channel.PUBLISHER, new Message.Bind(host.login.token()));
    assertTrue(bench.closed.contains(first));
    host.create();
    assertEquals(List.of(1L), host.accepted());
    bench.step(new Event.Received(first, new Message.PushPart(7, 1, 0, new byte[1])));
    assertEquals(1, bench.closed.size());
  }

  private void change(Client who, OwnerAction action, UUID node, UUID to) {
    who.say(Channel.COMMANDS, new Message.ChangeOwner(3, action, List.of(node), to));
  }

  private static SessionState state(Client client) {
    return client.last(Channel.COMMANDS, Message.StateChanged.class).state();
  }

  private static Value.Fields refersTo(UUID id) {
    return new Value.Fields(new TreeMap<>(Map.of("data", new Value.Ref(id))));
  }
}
