package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** How fast a member may talk. */
class PaceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  @DisplayName("[LM6] a burst goes through, then as much as comes back")
  void bucket() {
    Pace pace = new Pace(10, 5, 0);
    for (int i = 0; i < 10; i++) {
      assertEquals(0, pace.take(1, 0));
    }
    assertEquals(SECOND / 5, pace.take(1, 0));
    assertEquals(SECOND * 2 / 5, pace.take(1, 0));
    assertEquals(0, pace.take(1, SECOND));
    for (int i = 0; i < 10; i++) {
      assertEquals(0, pace.take(1, 100 * SECOND)); // It never holds more than its burst.
    }
    assertTrue(pace.take(1, 100 * SECOND) > 0);
  }

  @Test
  @DisplayName("[LM6] what an agent says in ordinary work is never slowed")
  void ordinary() {
    HallBench bench = new HallBench();
    Client host = bench.host();
    for (int i = 0; i < 3_000; i++) { // Presence at 20 Hz and heartbeats, for two minutes.
      host.say(Channel.TTL, new Message.Heartbeat(1, 5));
      bench.nowNanos += SECOND / 25;
    }
    for (int i = 0; i < 1_000; i++) {
      host.create();
    }
    assertEquals(0, bench.slowed.size());
  }

  @Test
  @DisplayName(
      "[LM6] a flooder's link is heard later, on its channel alone, and all it said counts")
  void flooder() {
    HallBench bench = new HallBench();
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    for (int i = 0; i < 1_000; i++) {
      guest.beat();
    }
    assertEquals(800, bench.slowed.size());
    Effect.Slow last = bench.slowed.get(799);
    assertEquals(guest.link(Channel.TTL), last.link());
    assertEquals(8 * SECOND, last.nanos());
    assertEquals(1_000, guest.all(Channel.TTL, Message.HeartbeatReply.class).size());
    guest.create();
    assertEquals(1, guest.accepted().size());
    host.create();
    assertEquals(800, bench.slowed.size());
  }

  @Test
  @DisplayName("[CR1, SU2, LM6] who reads nothing is sent 16 MiB at most, whatever it granted")
  void readsNothing() {
    HallBench bench = new HallBench();
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    guest.subscribe(0, Long.MAX_VALUE);
    for (int i = 0; i < 100; i++) {
      guest.say(Channel.SUBSCRIBER, new Message.Grant(Long.MAX_VALUE));
    }
    UUID node = host.create();
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 40; i++) {
      host.push(node, new Operation.Set(Path.of("body"), new Value.Text(large + i)));
    }
    long sent =
        guest.all(Channel.SUBSCRIBER, Message.EntryPart.class).stream()
            .mapToLong(part -> part.bytes().length)
            .sum();
    assertTrue(sent <= (16 << 20) + (256 << 10), "it was sent " + sent);
    assertEquals(41, host.accepted().size());
    guest.say(Channel.SUBSCRIBER, new Message.Grant(1 << 20));
    assertNotNull(guest.last(Channel.SUBSCRIBER, Message.EntryPart.class));
  }

  @Test
  @DisplayName("[CR1, CR2, CR3] no credit while 64 MiB wait for the disk; who sends on is dropped")
  void beyondCredit() {
    HallBench bench = new HallBench();
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    UUID node = guest.create();
    bench.holdStore = true;
    String large = "x".repeat(1 << 20);
    int sent = 0;
    while (!bench.closed.contains(guest.link(Channel.PUBLISHER))) {
      assertTrue(sent < 80, "it was heard beyond all credit");
      guest.push(node, new Operation.Set(Path.of("body"), new Value.Text(large + sent)));
      sent++;
    }
    assertTrue(sent > 64, "it was not heard with credit: " + sent);
    Message.Failed failed = guest.last(Channel.PUBLISHER, Message.Failed.class);
    assertEquals(ErrorCode.BAD_MESSAGE, failed.code());
    bench.releaseStore();
    host.create();
    assertEquals(1, host.accepted().size());
  }

  @Test
  @DisplayName("[CR3] credit comes again as soon as the disk has taken what waited")
  void creditComesAgain() {
    HallBench bench = new HallBench();
    Client guest = bench.host();
    UUID node = guest.create();
    bench.holdStore = true;
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 66; i++) {
      guest.push(node, new Operation.Set(Path.of("body"), new Value.Text(large + i)));
    }
    int grants = guest.all(Channel.PUBLISHER, Message.Grant.class).size();
    bench.releaseStore();
    assertTrue(guest.all(Channel.PUBLISHER, Message.Grant.class).size() > grants);
    assertEquals(67, guest.accepted().size());
  }
}
