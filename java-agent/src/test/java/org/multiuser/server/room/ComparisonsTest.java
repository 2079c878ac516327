package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** What the server says to those who compare their replica. */
class ComparisonsTest {
  private final HallBench bench = new HallBench();

  @Test
  @DisplayName("[VR1] nodes at the same revision are compared, others passed over; all are told")
  void compared() {
    Client host = bench.host();
    UUID first = host.create();
    UUID second = host.create();
    Client guest = bench.client("guest").join("");
    guest.say(
        Channel.COMMANDS,
        new Message.Verify(
            4,
            List.of(
                new Message.NodeHash(first, 1, hash(first)),
                new Message.NodeHash(second, 2, new byte[32]),
                new Message.NodeHash(second, 1, hash(second)),
                new Message.NodeHash(new UUID(9, 9), 1, hash(first)))));
    Message.Verified answer = guest.last(Channel.COMMANDS, Message.Verified.class);
    assertEquals(4, answer.request());
    assertEquals(2, answer.compared());
    assertEquals(List.of(second), answer.differing());
    bench.pass(1_000);
    host.say(Channel.COMMANDS, new Message.Verify(5, List.of()));
    Message.Verified report = host.last(Channel.COMMANDS, Message.Verified.class);
    assertEquals(
        new Message.Comparison(guest.id, "guest", 2, 1, 1_000),
        report.members().stream().filter(it -> it.user().equals(guest.id)).findFirst().get());
  }

  @Test
  @DisplayName("[VR2] one at a time")
  void oneAtATime() {
    Client host = bench.host();
    bench.holdStore = true;
    host.say(Channel.COMMANDS, new Message.Verify(4, List.of()));
    host.say(Channel.COMMANDS, new Message.Verify(5, List.of()));
    assertEquals(ErrorCode.TOO_FAST, host.failed().code());
    assertEquals(5, host.failed().request());
    bench.releaseStore();
    assertEquals(4, host.last(Channel.COMMANDS, Message.Verified.class).request());
    host.say(Channel.COMMANDS, new Message.Verify(6, List.of()));
    assertEquals(6, host.last(Channel.COMMANDS, Message.Verified.class).request());
  }

  private static byte[] hash(UUID id) {
    return ContentHash.of(new Node(id, "Object", null, 7, 0, Value.Fields.EMPTY, new TreeMap<>()));
  }
}
