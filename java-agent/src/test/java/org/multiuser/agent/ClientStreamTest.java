package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Change;

/** What a client pushes and takes in, also over links that do not hold. */
class ClientStreamTest {
  private static final UUID NODE = new UUID(3, 1);

  private final ClientBench bench = new ClientBench();

  @Test
  @DisplayName("[SU1] after a lost link the stream goes on by number, without a snapshot")
  void resumesByNumber() {
    bench.online().add(1, 10);
    bench.own(1, 1);
    bench.cut();
    bench.backAgain();
    Message.Subscribe subscribe = bench.last(Message.Subscribe.class);
    assertEquals(ClientBench.INCARNATION, subscribe.incarnation());
    assertEquals(1, subscribe.sequence());
    assertInstanceOf(ClientState.Syncing.class, bench.client.state());
    bench.entry(theirs(2, 5));
    bench.caughtUp(2, 1);
    assertInstanceOf(ClientState.Online.class, bench.client.state());
    assertEquals(2, bench.repository.image().sequence());
  }

  @Test
  @DisplayName("[AC4] pending commits go out again in order of their counters over each new link")
  void pushesAgain() {
    bench.online();
    for (int i = 1; i <= 4; i++) {
      bench.add(i, 10);
    }
    assertEquals(List.of(1L, 2L, 3L, 4L), bench.pushed());
    bench.own(1, 1);
    bench.cut();
    UUID late = bench.add(5, 10);
    bench.backAgain();
    bench.grant(1 << 20);
    bench.caughtUp(1, 1);
    assertEquals(List.of(2L, 3L, 4L, 5L), bench.pushed());
    assertTrue(bench.repository.node(late).isPresent());
  }

  @Test
  @DisplayName("[AC2, CM4] what the server took but could not say comes back as OwnEntry, once")
  void takenButNotSaid() {
    bench.online().add(1, 10);
    bench.cut();
    bench.backAgain();
    bench.own(1, 1);
    bench.caughtUp(1, 1);
    bench.grant(1 << 20);
    assertEquals(List.of(), bench.pushed());
    assertEquals(0, bench.repository.pendingCount());
    assertEquals(1, bench.repository.image().nodes().size());
  }

  @Test
  @DisplayName("[CR1, CR2] nothing is pushed without credit, and each message spends 64 at least")
  void credit() {
    bench.connect().letIn();
    bench.snapshot(ClientBench.INCARNATION, 0);
    bench.caughtUp(0, 0);
    for (int i = 1; i <= 5; i++) {
      bench.add(i, 1);
    }
    assertEquals(List.of(), bench.pushed());
    long bytes = 0;
    bench.grant(1);
    assertEquals(List.of(1L), bench.pushed(), "it may overdraw by one part");
    for (Message.PushPart part : bench.all(Message.PushPart.class)) {
      bytes += Math.max(64, part.bytes().length);
    }
    bench.grant(bytes - 1);
    assertEquals(List.of(1L), bench.pushed(), "the debt comes first");
    bench.grant(1);
    assertEquals(List.of(1L, 2L), bench.pushed());
  }

  @Test
  @DisplayName("[CR2] credit of a lost link is void on the next one")
  void creditOfALostLink() {
    bench.online();
    bench.cut();
    bench.backAgain();
    bench.caughtUp(0, 0);
    bench.add(1, 1);
    assertEquals(List.of(), bench.pushed());
    bench.grant(64);
    assertEquals(List.of(1L), bench.pushed());
  }

  @Test
  @DisplayName(
      "[PT1] a large commit travels in parts of 256 KiB, within the credit, without mixing")
  void parts() {
    bench.online();
    bench.add(1, 3 << 20);
    bench.add(2, 1);
    assertEquals(List.of(), bench.pushed());
    List<Message.PushPart> first = bench.all(Message.PushPart.class);
    assertEquals(4, first.size(), "1 MiB of credit");
    assertTrue(first.stream().allMatch(part -> part.bytes().length == 256 << 10));
    bench.grant(4 << 20);
    assertEquals(List.of(1L, 2L), bench.pushed());
  }

  @Test
  @DisplayName("[AC4, PT1] a commit that was cut in the middle begins anew over the next link")
  void cutInTheMiddle() {
    bench.online().add(1, 3 << 20);
    bench.cut();
    bench.backAgain();
    bench.caughtUp(0, 0);
    bench.grant(8 << 20);
    assertEquals(0, bench.all(Message.PushPart.class).get(0).offset());
    assertEquals(List.of(1L), bench.pushed());
  }

  @Test
  @DisplayName("[CR3] what was consumed of the stream is granted anew, all of it")
  void repays() {
    bench.online();
    long sent = 0;
    long before = granted();
    for (int i = 1; i <= 40; i++) {
      Value text = new Value.Text("x".repeat(20_000));
      Commit commit =
          new Commit(
              ClientBench.OTHER,
              i,
              new UUID(4, i),
              0,
              0,
              List.of(new Operation.Create("Object", ClientBench.fields(Map.of("text", text)))));
      bench.entry(new LogEntry.Committed(i, commit));
      sent += 20_000;
    }
    long repaid = granted() - before;
    assertTrue(repaid >= sent - (256 << 10), repaid + " of " + sent);
    assertTrue(bench.all(Message.Grant.class).size() <= 4, "in large steps");
  }

  private long granted() {
    return bench.all(Message.Grant.class).stream().mapToLong(Message.Grant::bytes).sum();
  }

  @Test
  @DisplayName("[AC3] a refused edit is put back in Blender; the event names datablock and owner")
  void refused() {
    bench.connect().letIn();
    bench.snapshot(ClientBench.INCARNATION, 3, ClientBench.node(1, 5));
    bench.caughtUp(3, 0);
    bench.grant(1 << 20);
    bench.repository.done(bench.repository.take(1_000).orElseThrow().number());
    bench.set(NODE, "a", 9);
    assertEquals(List.of(1L), bench.pushed());
    bench.hear(
        Channel.PUBLISHER,
        new Message.Refused(1, ErrorCode.NOT_OWNER, "Bob holds this.", ClientBench.OTHER));
    assertEquals(
        new Event(
            Event.Kind.REFUSED, "Bob holds this.", NODE, ErrorCode.NOT_OWNER, ClientBench.OTHER),
        bench.lastEvent());
    assertEquals(0, bench.repository.pendingCount());
    Change.Part back =
        assertInstanceOf(
            Change.Part.class, bench.repository.take(1_000).orElseThrow().changes().get(0));
    assertEquals(List.of(new Operation.Set(Path.of("a"), new Value.Int(5))), back.operations());
  }

  @Test
  @DisplayName("[SU4] CaughtUp settles what was refused while the link was down, and tells so")
  void settledUnseen() {
    bench.connect().letIn();
    bench.snapshot(ClientBench.INCARNATION, 3, ClientBench.node(1, 5));
    bench.caughtUp(3, 0);
    bench.grant(1 << 20);
    bench.repository.done(bench.repository.take(1_000).orElseThrow().number());
    bench.set(NODE, "a", 9);
    bench.cut();
    bench.backAgain();
    bench.caughtUp(3, 1);
    assertEquals(0, bench.repository.pendingCount());
    assertEquals(Event.Kind.REFUSED, bench.lastEvent().kind());
    assertEquals(NODE, bench.lastEvent().node());
    assertTrue(bench.repository.hasChanges(), "Blender is put back");
    bench.grant(1 << 20);
    assertEquals(List.of(), bench.pushed());
  }

  @Test
  @DisplayName("[SU5] edits of an earlier incarnation are put aside, told, and never pushed")
  void foreignIncarnation() {
    bench.online().add(1, 10);
    bench.cut();
    UUID other = new UUID(9, 9);
    bench.pass(300);
    bench.letIn(other);
    bench.grant(1 << 20);
    assertEquals(List.of(), bench.pushed(), "nothing before the stream says where it stands");
    bench.snapshot(other, 4, ClientBench.node(7, 1));
    bench.caughtUp(4, 1);
    assertEquals(List.of(ClientBench.INCARNATION), bench.asides);
    assertEquals(0, bench.repository.pendingCount());
    assertEquals(List.of(), bench.pushed());
    assertTrue(bench.events.stream().anyMatch(event -> event.code() == ErrorCode.NOT_ACTIVE));
    bench.add(8, 10);
    assertEquals(List.of(2L), bench.pushed(), "counters go on rising");
  }

  @Test
  @DisplayName("[SU5, SE2] a session that begins anew under a standing link is taken over")
  void newIncarnationOnline() {
    bench.online();
    UUID other = new UUID(9, 9);
    bench.hear(Channel.COMMANDS, new Message.StateChanged(SessionState.ACTIVE, other));
    assertInstanceOf(ClientState.Syncing.class, bench.client.state());
    bench.snapshot(other, 2, ClientBench.node(1, 1));
    bench.caughtUp(2, 0);
    assertInstanceOf(ClientState.Online.class, bench.client.state());
    assertEquals(other, bench.repository.incarnation());
  }

  @Test
  @DisplayName("[SN1] while a snapshot comes the state says how far it is")
  void progress() {
    bench.connect().letIn();
    bench.hear(
        Channel.SUBSCRIBER, new Message.SnapshotBegin(ClientBench.INCARNATION, 5, 10, 1_000));
    assertEquals(new ClientState.Syncing(0, 10), bench.client.state());
    assertFalse(bench.repository.hasChanges());
  }

  @Test
  @DisplayName("[BR18] with auto push off commits wait for push, also over a new link")
  void autoPushOff() {
    bench.online();
    bench.client.setAutoPush(false, Set.of());
    bench.add(1, 10);
    assertEquals(List.of(), bench.pushed());
    bench.client.push();
    bench.add(2, 10);
    assertEquals(List.of(1L), bench.pushed());
    bench.cut();
    bench.backAgain();
    bench.caughtUp(0, 0);
    bench.grant(1 << 20);
    assertEquals(List.of(1L), bench.pushed());
  }

  private static LogEntry theirs(long sequence, long value) {
    Operation step = new Operation.Set(Path.of("a"), new Value.Int(value));
    return new LogEntry.Committed(
        sequence, new Commit(ClientBench.OTHER, 1, NODE, 0, 0, List.of(step)));
  }

  @Test
  @DisplayName("[BR18, SU4] no server settles what waits to be pushed by hand, nor moves counters")
  void countersOfWaiting() {
    bench.online();
    bench.caughtUp(0, 1L << 62);
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
  }
}
