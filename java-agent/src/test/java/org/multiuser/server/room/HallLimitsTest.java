package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.server.room.HallBench.Client;

/** What a host allows of users, sessions, edits and disk: at the limit taken, beyond it refused. */
class HallLimitsTest {
  private static final long KEPT_BYTES = 10_000;
  private static final long PENDING_BYTES = 2_000;

  private final HallBench bench =
      new HallBench(
          HallBench.SETTINGS.with(new SessionLimits(2, 3, 1_000, KEPT_BYTES, PENDING_BYTES)));

  @Test
  @DisplayName("[LM4] a session takes as many users as the host says, not one more")
  void users() {
    for (String name : new String[] {"a", "bb", "ccc"}) {
      assertNotNull(bench.client(name).enter("main", "", "", "", false).login);
    }
    Client fourth = bench.client("dddd").enter("main", "", "admin", "", false);
    assertEquals(ErrorCode.SESSION_FULL, fourth.failed().code());
  }

  @Test
  @DisplayName("[LM4] in a full session whoever is away the longest gives its place to who comes")
  void places() {
    Client away = bench.client("a").join("");
    Client other = bench.client("bb").join("");
    assertNotNull(bench.client("ccc").enter("main", "", "", "", false).login);
    away.lose();
    bench.pass(100);
    other.lose();
    Client fourth = bench.client("dddd").enter("main", "", "", "", false);
    assertNotNull(fourth.login, "the place of who left first");
    assertNotNull(other.join("").login, "the other kept its own");
    assertEquals(ErrorCode.SESSION_FULL, away.enter("main", "", "", "", false).failed().code());
  }

  @Test
  @DisplayName(
      "[LM7] admins make as many sessions as the host says, not one more; what is there opens")
  void sessions() {
    assertNotNull(bench.client("a").enter("second", "", "admin", "", false).login);
    Client admin = bench.client("bb").enter("third", "", "admin", "", false);
    assertEquals(ErrorCode.NOT_ALLOWED, admin.failed().code());
    assertNull(bench.stores.get("third"));
    assertNotNull(bench.client("ccc").enter("second", "", "", "", false).login);
  }

  @Test
  @DisplayName("[LM9] who grants credit for more than may wait is sent that much, and then no more")
  void pending() {
    Client host = bench.host();
    for (int at = 0; at < 100; at++) {
      host.create();
    }
    Client deaf = bench.client("deaf").join("");
    deaf.subscribe(0, 1L << 40);
    bench.pass(1_000);
    long entries = deaf.all(Channel.SUBSCRIBER, Message.SnapshotPart.class).size();
    assertTrue(entries >= 2 && entries < 50, "sent of 100 nodes: " + entries);
    deaf.say(Channel.SUBSCRIBER, new Message.Grant(1L << 40));
    bench.pass(1_000);
    long more = deaf.all(Channel.SUBSCRIBER, Message.SnapshotPart.class).size() - entries;
    assertTrue(more >= 1 && more <= entries + 1, "another portion: " + more);
  }

  @Test
  @DisplayName("[LM2] a commit may have as many bytes as the host says, not one more")
  void commits() {
    Client host = bench.host();
    byte[] some = new byte[100];
    host.say(Channel.PUBLISHER, new Message.PushPart(1, 1_000, 0, some));
    assertNull(host.last(Channel.PUBLISHER, Message.Failed.class));
    Client other = bench.client("other").join("");
    long large = ++other.counter;
    for (int at = 0; at < 1_001; at += 100) {
      byte[] part = new byte[Math.min(100, 1_001 - at)];
      other.say(Channel.PUBLISHER, new Message.PushPart(large, 1_001, at, part));
    }
    assertEquals(ErrorCode.TOO_LARGE, other.refused().code());
    assertEquals(large, other.refused().counter(), "it is settled, and not pushed again");
    other.create();
    assertEquals(List.of(other.counter), other.accepted(), "the next one is taken");
    assertNull(other.last(Channel.PUBLISHER, Message.Failed.class), "the link stays");
  }

  @Test
  @DisplayName(
      "[LM8] a session that fills its part of the disk takes nothing but deleting, until there is room")
  void disk() {
    Client host = bench.host();
    bench.keptBytes = KEPT_BYTES - 1;
    UUID first = host.create();
    bench.keptBytes = KEPT_BYTES;
    UUID second = host.create();
    assertNull(host.refused());
    host.push(second, new Operation.Remove(org.multiuser.protocol.model.Path.of("x")));
    assertEquals(ErrorCode.TOO_LARGE, host.refused().code());
    bench.keptBytes = KEPT_BYTES - 1;
    long deleted = host.push(first, new Operation.Delete());
    assertEquals(deleted, host.accepted().get(host.accepted().size() - 1));
    host.create();
    assertEquals(1, host.all(Channel.PUBLISHER, Message.Refused.class).size());
  }
}
