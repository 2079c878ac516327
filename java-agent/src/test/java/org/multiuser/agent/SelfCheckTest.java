package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Node;

/** How a client compares its replica with the server's. */
class SelfCheckTest {
  private final ClientBench bench = new ClientBench();
  private final Node node = ClientBench.node(1, 5);

  @Test
  @DisplayName("[VR1] the hash of every node is compared once, and again when the node changed")
  void once() {
    begin();
    pass(6_000);
    Message.Verify asked = bench.last(Message.Verify.class);
    assertEquals(1, asked.nodes().size());
    assertEquals(node.id(), asked.nodes().get(0).node());
    assertEquals(node.revision(), asked.nodes().get(0).revision());
    assertArrayEquals(ContentHash.of(node), asked.nodes().get(0).hash());
    pass(20_000);
    assertEquals(1, bench.all(Message.Verify.class).size(), "[VR2] one at a time");
    answer(asked, List.of());
    pass(60_000);
    assertEquals(1, bench.all(Message.Verify.class).size(), "nothing changed");
    bench.set(node.id(), "a", 6);
    bench.own(2, 1);
    pass(6_000);
    assertEquals(2, bench.last(Message.Verify.class).nodes().get(0).revision());
  }

  @Test
  @DisplayName("[VR3] a difference is told, the image is fetched anew, pending commits stay")
  void differing() {
    begin();
    pass(6_000);
    bench.set(node.id(), "b", 1);
    answer(bench.last(Message.Verify.class), List.of(node.id()));
    assertTrue(bench.events.stream().anyMatch(it -> it.text().contains("fetched anew")));
    bench.backAgain();
    Message.Subscribe again = bench.last(Message.Subscribe.class);
    assertEquals(new UUID(0, 0), again.incarnation());
    assertEquals(0, again.sequence());
    bench.snapshot(ClientBench.INCARNATION, 1, ClientBench.node(1, 8));
    bench.caughtUp(1, 0);
    bench.grant(1 << 20);
    assertEquals(List.of(1L), bench.pushed());
  }

  @Test
  @DisplayName("[VR2] a refused comparison is tried again later, and is no event for the user")
  void refused() {
    begin();
    pass(6_000);
    Message.Verify asked = bench.last(Message.Verify.class);
    int events = bench.events.size();
    bench.hear(Channel.COMMANDS, new Message.Failed(asked.request(), ErrorCode.TOO_FAST, "Wait."));
    assertEquals(events, bench.events.size());
    pass(6_000);
    assertEquals(2, bench.all(Message.Verify.class).size());
  }

  /** Time passes on a link that is alive. */
  private void pass(long millis) {
    for (long at = 0; at < millis; at += 500) {
      bench.pass(500);
      bench.hear(Channel.TTL, new Message.HeartbeatReply(bench.nowNanos));
    }
  }

  private void begin() {
    bench.connect();
    bench.hear(
        Channel.COMMANDS, new Message.Welcome(ProtocolVersion.MAJOR, 0, "server", List.of()));
    bench.acceptLogin(ClientBench.INCARNATION);
    bench.snapshot(ClientBench.INCARNATION, 1, node);
    bench.caughtUp(1, 0);
    bench.grant(1 << 20);
  }

  private void answer(Message.Verify asked, List<UUID> differing) {
    bench.hear(
        Channel.COMMANDS,
        new Message.Verified(asked.request(), asked.nodes().size(), differing, List.of()));
  }
}
