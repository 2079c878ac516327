package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;

/** How a client gets in, loses its links, and comes back. */
class ClientLinkTest {
  private final ClientBench bench = new ClientBench();

  @ParameterizedTest(name = "[LI] {0} at the first log-in ends the attempt and is told")
  @EnumSource(
      value = ErrorCode.class,
      names = {
        "WRONG_PASSWORD",
        "NAME_TAKEN",
        "BAD_NAME",
        "WRONG_BLENDER",
        "WRONG_VERSION",
        "NO_SUCH_SESSION",
        "SESSION_FULL",
        "BANNED",
        "STORE_FAILED",
        "SERVER_STOPPING",
        "INTERNAL"
      })
  void refusedAtFirst(ErrorCode code) {
    bench.connect().refuseLogin(code);
    assertEquals(new ClientState.Ended(code, "No: " + code + "."), bench.client.state());
    assertEquals(Event.Kind.ERROR, bench.lastEvent().kind());
    assertEquals(code, bench.lastEvent().code());
    assertFalse(bench.open);
    bench.pass(20_000);
    assertEquals(1, bench.opens, "it is not tried again");
  }

  @ParameterizedTest(name = "[LI] {0} on the way back ends the session; the edits stay pending")
  @EnumSource(
      value = ErrorCode.class,
      names = {"WRONG_PASSWORD", "NAME_TAKEN", "WRONG_BLENDER", "BANNED", "NO_SUCH_SESSION"})
  void refusedLater(ErrorCode code) {
    bench.online().add(1, 10);
    bench.cut();
    bench.pass(300);
    bench.refuseLogin(code);
    assertInstanceOf(ClientState.Ended.class, bench.client.state());
    assertEquals(1, bench.repository.pendingCount());
  }

  @ParameterizedTest(name = "[LI] {0} on the way back is tried again")
  @EnumSource(
      value = ErrorCode.class,
      names = {"TOO_FAST", "STORE_FAILED", "SERVER_STOPPING", "INTERNAL"})
  void tryLater(ErrorCode code) {
    bench.online();
    bench.cut();
    bench.pass(300);
    bench.refuseLogin(code);
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
    bench.backAgain();
    bench.caughtUp(0, 0);
    assertInstanceOf(ClientState.Online.class, bench.client.state());
  }

  @Test
  @DisplayName("[LI3] TOO_FAST at the first log-in is waited out")
  void tooFast() {
    bench.connect().refuseLogin(ErrorCode.TOO_FAST);
    bench.backAgain();
    assertInstanceOf(ClientState.Syncing.class, bench.client.state());
  }

  @Test
  @DisplayName("[VE1] another major version ends it, although it answers no request")
  void version() {
    bench.connect();
    bench.hear(
        Channel.COMMANDS, new Message.Failed(0, ErrorCode.WRONG_VERSION, "Update the older side."));
    assertEquals(
        new ClientState.Ended(ErrorCode.WRONG_VERSION, "Update the older side."),
        bench.client.state());
  }

  @Test
  @DisplayName("a server that does not answer the first attempt is told after 12 s")
  void noAnswer() {
    bench.connect();
    bench.pass(11_900);
    assertInstanceOf(ClientState.Connecting.class, bench.client.state());
    bench.pass(200);
    ClientState.Ended ended = (ClientState.Ended) bench.client.state();
    assertTrue(ended.text().contains("host:5555"), ended.text());
  }

  @Test
  @DisplayName("[BR5, HB3] an agent that takes over tries until the server answers")
  void takesOver() {
    ClientBench next = new ClientBench(ClientBench.SECRET);
    next.connect();
    next.cut(); // the server refused the link
    assertInstanceOf(ClientState.Reconnecting.class, next.client.state());
    next.pass(20_000); // and then answered nothing
    assertInstanceOf(ClientState.Reconnecting.class, next.client.state());
    next.backAgain();
    assertInstanceOf(ClientState.Syncing.class, next.client.state());
    assertArrayEquals(ClientBench.SECRET, next.last(Message.Login.class).secret());
  }

  @Test
  @DisplayName("a server far away has 12 s for each of its answers")
  void slowAnswers() {
    bench.connect();
    bench.pass(11_900);
    bench.hear(
        Channel.COMMANDS, new Message.Welcome(ProtocolVersion.MAJOR, 0, "server", List.of()));
    bench.pass(11_900);
    assertInstanceOf(ClientState.LoggingIn.class, bench.client.state());
    bench.pass(200);
    assertInstanceOf(ClientState.Ended.class, bench.client.state());
  }

  @Test
  @DisplayName("[LI4] the secret is told to be kept once, and comes along from then on")
  void secret() {
    bench.online();
    assertArrayEquals(new byte[0], bench.all(Message.Login.class).get(0).secret());
    bench.cut();
    bench.backAgain();
    assertArrayEquals(ClientBench.SECRET, bench.last(Message.Login.class).secret());
    assertEquals(1, bench.remembered.size());
  }

  @Test
  @DisplayName("[HB1, HB2] a heartbeat goes every second, with the last measured ping")
  void heartbeats() {
    bench.online();
    List<Integer> pings = new ArrayList<>();
    for (int second = 0; second < 5; second++) {
      Message.Heartbeat beat = bench.last(Message.Heartbeat.class);
      pings.add(beat.pingMillis());
      bench.pass(50);
      bench.hear(Channel.TTL, new Message.HeartbeatReply(beat.sentNanos()));
      bench.pass(950);
    }
    assertEquals(List.of(-1, 50, 50, 50, 50), pings);
    assertEquals(6, bench.all(Message.Heartbeat.class).size());
  }

  @Test
  @DisplayName("[HB3] 3 s of silence on TTL lose the link; what comes on other channels is no help")
  void silence() {
    bench.online();
    bench.pass(2_950);
    bench.hear(Channel.COMMANDS, new Message.Done(99));
    assertTrue(bench.open);
    bench.pass(150);
    assertFalse(bench.open);
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
    assertEquals(Event.Kind.WARNING, bench.lastEvent().kind());
  }

  @Test
  @DisplayName("[HB3] attempts come after 0.25, 0.5, 1, 2, 4, 5, 5 s, and begin anew once one held")
  void backOff() {
    bench.online();
    List<Long> gaps = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      gaps.add(gapMillis());
    }
    assertEquals(List.of(250L, 500L, 1_000L, 2_000L, 4_000L, 5_000L, 5_000L), gaps);
    bench.letIn();
    assertEquals(250L, gapMillis());
  }

  /** Cuts the links and measures until they are opened again. */
  private long gapMillis() {
    bench.cut();
    long from = bench.nowNanos;
    int before = bench.opens;
    while (bench.opens == before) {
      bench.pass(50);
    }
    return (bench.nowNanos - from) / 1_000_000;
  }

  @Test
  @DisplayName("an attempt to come back that is not answered within 5 s is given up for the next")
  void noAnswerLater() {
    bench.online();
    bench.cut();
    bench.pass(300);
    assertEquals(2, bench.opens);
    bench.pass(5_000);
    assertFalse(bench.open);
    bench.pass(600);
    assertEquals(3, bench.opens);
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
  }

  @Test
  @DisplayName("[CH4, ER4] what arrives over links that were given up is not listened to")
  void lateMessages() {
    bench.online().add(1, 10);
    bench.cut();
    bench.own(1, 1);
    assertEquals(1, bench.repository.pendingCount());
  }

  @Test
  @DisplayName("[ME3] a server that cannot be understood is left, and asked for a snapshot")
  void garbled() {
    bench.online();
    bench.hear(Channel.SUBSCRIBER, new Message.EntryPart(1, 3, 0, new byte[] {1, 2, 3}));
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
    bench.backAgain();
    Message.Subscribe subscribe = bench.last(Message.Subscribe.class);
    assertEquals(new UUID(0, 0), subscribe.incarnation());
    assertEquals(0, subscribe.sequence());
  }

  @Test
  @DisplayName("[HB3, HB4] a lost link is tried beyond the time-out; the user is told once")
  void longLoss() {
    bench.online().add(1, 10);
    bench.cut();
    for (int i = 0; i < 30; i++) {
      bench.pass(5_000);
      bench.cut();
    }
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
    assertEquals(
        1, bench.events.stream().filter(event -> event.code() == ErrorCode.TIMED_OUT).count());
    bench.backAgain();
    bench.caughtUp(0, 0);
    bench.grant(1 << 20);
    assertEquals(List.of(1L), bench.pushed());
  }

  @Test
  @DisplayName("[HB4] whom the server timed out comes back by itself, as after any lost link")
  void timedOut() {
    bench.online().add(1, 10);
    bench.hear(Channel.COMMANDS, new Message.Failed(0, ErrorCode.TIMED_OUT, "Join again."));
    assertInstanceOf(ClientState.Reconnecting.class, bench.client.state());
    bench.backAgain();
    bench.caughtUp(0, 0);
    bench.grant(1 << 20);
    assertEquals(List.of(1L), bench.pushed());
  }

  @Test
  @DisplayName("[SE7] disconnect says Leave over links that stand and forgets the identity")
  void leave() {
    bench.online();
    bench.client.disconnect();
    List<Effect> effects = bench.client.drain();
    assertInstanceOf(Message.Leave.class, ((Effect.Send) effects.get(0)).message());
    assertEquals(List.of(new Effect.Close(), new Effect.Forget()), effects.subList(1, 3));
    assertInstanceOf(ClientState.Offline.class, bench.client.state());
  }

  @Test
  @DisplayName("[RI8] a kick ends the session and says why")
  void kicked() {
    bench.online();
    bench.hear(Channel.COMMANDS, new Message.Failed(0, ErrorCode.KICKED, "rude"));
    assertEquals(new ClientState.Ended(ErrorCode.KICKED, "rude"), bench.client.state());
    assertFalse(bench.open);
    bench.pass(20_000);
    assertEquals(1, bench.opens);
    assertNull(bench.client.users().stream().findFirst().orElse(null));
  }
}
