package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.Compressor;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** Errors of the server's own: they harm no more than what they arose over. */
class HallFaultTest {
  /** A codec that fails as a test wants. */
  private static final class Broken implements Compressor {
    private final ZstdCompressor real = new ZstdCompressor();
    boolean packing;
    boolean unpacking;

    @Override
    public byte[] compress(byte[] bytes) {
      if (packing) {
        throw new IllegalStateException("cannot pack");
      }
      return real.compress(bytes);
    }

    @Override
    public byte[] decompress(byte[] bytes, int size) {
      if (unpacking) {
        throw new IllegalStateException("cannot unpack");
      }
      return real.decompress(bytes, size);
    }
  }

  private final Broken broken = new Broken();
  private final HallBench bench =
      new HallBench(new Random(5), "", new HashMap<>(), Codecs.with(broken));

  @Test
  @DisplayName("[ER4] a commit that the server stumbles over is refused; author and others go on")
  void commit() {
    Client host = bench.host();
    Client guest = bench.client("guest").join("");
    broken.unpacking = true;
    long counter = mesh(guest);
    Message.Refused refused = guest.refused();
    assertEquals(counter, refused.counter());
    assertEquals(ErrorCode.INTERNAL, refused.code());
    assertEquals("cannot unpack", bench.faults.get(0).cause().getMessage());
    assertFalse(bench.closed.contains(guest.link(Channel.PUBLISHER)));
    guest.create();
    host.create();
    assertEquals(List.of(2L), guest.accepted());
    assertEquals(List.of(1L), host.accepted());
    broken.unpacking = false;
    guest.subscribe(0, 1 << 20);
    assertEquals(2, guest.last(Channel.SUBSCRIBER, Message.SnapshotBegin.class).sequence());
    assertEquals(2, guest.last(Channel.SUBSCRIBER, Message.CaughtUp.class).counter());
  }

  @Test
  @DisplayName("[ER4] a stream that cannot be packed ends that subscriber's link alone")
  void stream() {
    Client host = bench.host();
    mesh(host);
    assertEquals(List.of(1L), host.accepted());
    broken.packing = true;
    host.subscribe(0, 1 << 20);
    assertTrue(bench.closed.contains(host.link(Channel.SUBSCRIBER)));
    assertEquals(ErrorCode.INTERNAL, host.last(Channel.SUBSCRIBER, Message.Failed.class).code());
    host.create();
    assertEquals(List.of(1L, 2L), host.accepted());
    broken.packing = false;
    host.links.remove(Channel.SUBSCRIBER);
    host.subscribe(0, 1 << 20);
    assertEquals(2, host.last(Channel.SUBSCRIBER, Message.SnapshotEnd.class).sequence());
  }

  @Test
  @DisplayName("[AC1, ER4] a store that fails: nothing more is acknowledged, and all are told")
  void store() {
    Client host = bench.host();
    host.create();
    bench.holdStore = true;
    host.create();
    bench.held.clear();
    bench.step(new Event.StoreFailed(Hall.MAIN, "the disk is full"));
    assertEquals(ErrorCode.STORE_FAILED, host.failed().code());
    assertEquals(List.of(1L), host.accepted());
    assertTrue(bench.closed.contains(host.link(Channel.PUBLISHER)));
    host.create();
    assertEquals(List.of(1L), host.accepted(), "the old links are dead");
    bench.releaseStore();
    host.lose();
    host.join("");
    host.subscribe(0, 1 << 20);
    assertEquals(1, host.last(Channel.SUBSCRIBER, Message.SnapshotBegin.class).nodes());
    host.counter = 1;
    host.create();
    assertEquals(List.of(2L), host.accepted());
  }

  @Test
  @DisplayName("[ER4] an error over what was kept closes the session, which opens anew from it")
  void session() {
    Client host = bench.host();
    host.create();
    host.subscribe(0, 1 << 20);
    bench.step(new Event.EntriesRead(Hall.MAIN, null, null, List.of()));
    assertEquals(1, bench.faults.size());
    assertEquals(ErrorCode.INTERNAL, host.failed().code());
    host.lose();
    host.join("");
    host.create();
    assertEquals(List.of(2L), host.accepted());
  }

  private static long mesh(Client author) {
    Buffer buffer = new Buffer(DataType.INT32, 100_000, 1, new byte[400_000]);
    UUID id = new UUID(8, 8);
    Node node = new Node(id, "Mesh", null, 0, 0, Value.Fields.EMPTY, new TreeMap<>());
    return author.push(
        new Commit(
            author.id,
            ++author.counter,
            node.id(),
            0,
            5,
            List.of(
                new Operation.Create("Mesh", Value.Fields.EMPTY),
                new Operation.ReplaceBuffer("co", buffer))));
  }
}
