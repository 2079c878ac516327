package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;
import org.multiuser.server.storage.MemoryStore;

/** A session whose log does not reach back to the start any more. */
class TrimmedLogTest {
  private static final int NODES = 300;

  private final HallBench bench = new HallBench();

  @Test
  @DisplayName(
      "[DU4, SU1] who comes back from before the trimmed log gets a snapshot, loses nothing")
  void comesBack() {
    Client host = filled();
    Client late = bench.client("late").join("");
    late.subscribe(1, 1 << 20);
    assertEquals(NODES, late.last(Channel.SUBSCRIBER, Message.SnapshotBegin.class).nodes());
    Client near = bench.client("nearly").join("");
    near.subscribe(NODES - 1, 1 << 20);
    assertNull(near.last(Channel.SUBSCRIBER, Message.SnapshotBegin.class));
    host.create();
    assertEquals(NODES + 1, host.accepted().size());
    assertEquals(
        NODES + 1, late.last(Channel.SUBSCRIBER, Message.EntryPart.class).sequence(), "SU3");
  }

  @Test
  @DisplayName("[DU4, CM4] a commit whose line was trimmed is still known after a restart")
  void settled() {
    Client host = filled();
    HallBench again = new HallBench(new Random(6), "", bench.stores);
    Client back = again.client("host");
    back.secret = host.secret;
    back.join("admin");
    UUID node = new UUID(host.id.getMostSignificantBits(), 5);
    back.push(
        new Commit(
            host.id,
            5,
            node,
            0,
            0,
            List.of(new Operation.Set(Path.of("twice"), new Value.Bool(true)))));
    assertEquals(List.of(), back.accepted());
    back.subscribe(0, 1 << 20);
    assertEquals(NODES, back.last(Channel.SUBSCRIBER, Message.CaughtUp.class).sequence());
  }

  private Client filled() {
    Client host = bench.host();
    for (int i = 0; i < NODES; i++) {
      host.create();
    }
    List<StoreChange> image = new ArrayList<>();
    Map<UUID, Node> nodes = new HashMap<>();
    MemoryStore store = bench.stores.get(Hall.MAIN);
    for (StoreChange.Entry entry : store.load().tail()) {
      Replay.apply(nodes, HallBench.CODECS.entries().decode(entry.bytes()));
    }
    nodes.values().forEach(node -> image.add(new StoreChange.PutNode(node)));
    image.add(new StoreChange.Checkpoint(NODES - 100));
    image.add(new StoreChange.Checkpoint(NODES - 50));
    image.add(new StoreChange.Trim(NODES, 1 << 20));
    store.save(image);
    return host;
  }
}
