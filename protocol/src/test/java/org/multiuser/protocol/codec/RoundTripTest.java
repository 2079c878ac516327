package org.multiuser.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.Generator;
import org.multiuser.protocol.RandomMessages;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

class RoundTripTest {
  private static final BulkCodec BULK = new BulkCodec(new DeflateCompressor());

  @Test
  @DisplayName("[VA2] every value comes back equal, with the same bytes")
  void values() {
    for (long seed : Generator.seeds(2000)) {
      Value value = new Generator(seed).value(5);
      byte[] bytes = ValueCodec.encode(value);
      Value back = ValueCodec.decode(bytes);
      assertEquals(value, back, "seed " + seed);
      assertArrayEquals(bytes, ValueCodec.encode(back), "seed " + seed);
    }
  }

  @Test
  @DisplayName("[NO3][BU3] every node comes back equal; [NO5] its hash knows no revision")
  void nodes() {
    NodeCodec codec = new NodeCodec(BULK);
    for (long seed : Generator.seeds(1000)) {
      Node node = new Generator(seed).node();
      assertEquals(node, codec.decode(codec.encode(node)), "seed " + seed);
      Node later =
          new Node(
              node.id(),
              node.type(),
              node.owner(),
              99,
              node.structure(),
              node.properties(),
              node.buffers());
      assertArrayEquals(ContentHash.of(node), ContentHash.of(later));
    }
  }

  @Test
  @DisplayName("[CM2][CM5] every commit comes back equal")
  void commits() {
    CommitCodec codec = new CommitCodec(BULK);
    for (long seed : Generator.seeds(1000)) {
      Generator random = new Generator(seed);
      Commit commit = random.commit(random.node());
      assertEquals(commit, codec.decode(codec.encode(commit)), "seed " + seed);
    }
  }

  @Test
  @DisplayName("[LO2] every entry comes back equal, with the author's bytes as they were")
  void entries() {
    CommitCodec commits = new CommitCodec(BULK);
    LogEntryCodec codec = new LogEntryCodec(commits);
    for (long seed : Generator.seeds(1000)) {
      LogEntry entry = new Generator(seed).entry();
      byte[] bytes = codec.encode(entry);
      assertEquals(entry, codec.decode(bytes), "seed " + seed);
      if (entry instanceof LogEntry.Committed committed) {
        byte[] own = commits.encode(committed.commit());
        assertArrayEquals(bytes, LogEntryCodec.encodeCommitted(entry.sequence(), own));
      }
    }
  }

  @Test
  @DisplayName("[ME1][ME2] every message comes back as the same kind with the same bytes")
  void messages() {
    assertEquals(RandomMessages.kinds().size(), MessageCodec.forms().size());
    for (long seed : Generator.seeds(100)) {
      for (Class<?> kind : RandomMessages.kinds()) {
        Message message = RandomMessages.of(kind, new Generator(seed));
        byte[] bytes = MessageCodec.encode(message);
        Message back = MessageCodec.decode(bytes);
        assertEquals(kind, back.getClass());
        assertArrayEquals(bytes, MessageCodec.encode(back), "seed " + seed + " " + kind);
        boolean hasBytes = message.toString().contains("[B@");
        assertTrue(hasBytes || message.equals(back), "seed " + seed + " " + message);
      }
    }
  }

  @Test
  @DisplayName("[PT1][PT2] what was cut into parts is put together again")
  void parts() {
    PartAssembler assembler = new PartAssembler();
    Generator random = new Generator(1);
    for (int size : List.of(0, 1, Limits.PART_BYTES, Limits.PART_BYTES + 1, 2_000_000)) {
      byte[] thing = random.bytes(size);
      List<Parts.Part> parts = Parts.split(thing);
      for (Parts.Part part : parts) {
        var whole = assembler.add(part.totalBytes(), part.offset(), part.bytes());
        assertEquals(part.isLast(), whole.isPresent());
        whole.ifPresent(bytes -> assertArrayEquals(thing, bytes));
      }
      assertFalse(assembler.isOpen());
    }
  }
}
