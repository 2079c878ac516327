package org.multiuser.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.multiuser.protocol.Generator;
import org.multiuser.protocol.RandomMessages;
import org.multiuser.protocol.message.ErrorCode;

class HostileBytesTest {
  private static final BulkCodec BULK = new BulkCodec(new DeflateCompressor());
  private static final NodeCodec NODES = new NodeCodec(BULK);
  private static final CommitCodec COMMITS = new CommitCodec(BULK);
  private static final LogEntryCodec ENTRIES = new LogEntryCodec(COMMITS);
  private static final List<Consumer<byte[]>> DECODERS =
      List.of(
          ValueCodec::decode,
          NODES::decode,
          COMMITS::decode,
          ENTRIES::decode,
          MessageCodec::decode);

  /** What a decoder may take beyond the bytes: what zstd could at most make of a payload. */
  private static final long ALLOWANCE_BYTES = 1 << 20;

  private static final long EXPANSION = (1 << 15) + 200;

  @Test
  @DisplayName("[ME3][ME4] garbage is refused without great use of memory")
  void garbage() {
    for (long seed : Generator.seeds(5000)) {
      Generator random = new Generator(seed);
      byte[] bytes = random.bytes(random.below(300));
      DECODERS.forEach(decoder -> attempt(decoder, bytes, "garbage of seed " + seed));
    }
  }

  @Test
  @DisplayName("[ME3][ME4] valid bytes with some changed are read or refused, never worse")
  void mutated() {
    for (long seed : Generator.seeds(3000)) {
      Generator random = new Generator(seed);
      List<byte[]> valid = new ArrayList<>();
      valid.add(ValueCodec.encode(random.value(4)));
      valid.add(NODES.encode(random.node()));
      valid.add(COMMITS.encode(random.commit(random.node())));
      valid.add(ENTRIES.encode(random.entry()));
      Class<?> kind = RandomMessages.kinds().get(random.below(RandomMessages.kinds().size()));
      valid.add(MessageCodec.encode(RandomMessages.of(kind, random)));
      for (int i = 0; i < DECODERS.size(); i++) {
        attempt(DECODERS.get(i), mutate(valid.get(i), random), "mutation of seed " + seed);
      }
    }
  }

  @Test
  @DisplayName("[ME3] valid bytes cut short anywhere are refused")
  void truncated() {
    for (long seed : Generator.seeds(60)) {
      Generator random = new Generator(seed);
      byte[] commit = COMMITS.encode(random.commit(random.node()));
      for (int length = 0; length < commit.length; length++) {
        byte[] cut = Arrays.copyOf(commit, length);
        assertThrows(ProtocolException.class, () -> COMMITS.decode(cut));
      }
    }
  }

  @Test
  @DisplayName("[PT2] parts that do not follow are refused, and the next thing is welcome")
  void parts() {
    PartAssembler assembler = new PartAssembler(1000);
    byte[] ten = new byte[10];
    assertEquals(ErrorCode.TOO_LARGE, refused(() -> assembler.add(1001, 0, ten)));
    assertEquals(ErrorCode.TOO_LARGE, refused(() -> assembler.add(Long.MAX_VALUE, 0, ten)));
    assertEquals(ErrorCode.BAD_MESSAGE, refused(() -> assembler.add(20, 10, ten)));
    assertEquals(ErrorCode.BAD_MESSAGE, refused(() -> assembler.add(9, 0, ten)));
    assertEquals(ErrorCode.BAD_MESSAGE, refused(() -> assembler.add(20, 0, new byte[0])));
    assertTrue(assembler.add(30, 0, ten).isEmpty());
    assertEquals(ErrorCode.BAD_MESSAGE, refused(() -> assembler.add(31, 10, ten)));
    assertTrue(assembler.add(30, 0, ten).isEmpty());
    assertEquals(ErrorCode.BAD_MESSAGE, refused(() -> assembler.add(30, 20, ten)));
    assertTrue(assembler.add(10, 0, ten).isPresent());
  }

  private static ErrorCode refused(Executable part) {
    return assertThrows(ProtocolException.class, part).code();
  }

  private static void attempt(Consumer<byte[]> decoder, byte[] bytes, String what) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      decoder.accept(bytes);
    } catch (ProtocolException expected) {
      assertTrue(expected.code() != ErrorCode.INTERNAL, what);
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken < ALLOWANCE_BYTES + EXPANSION * bytes.length, what + " took " + taken);
  }

  private static byte[] mutate(byte[] valid, Generator random) {
    byte[] bytes = valid.clone();
    for (int i = 1 + random.below(3); i > 0 && bytes.length > 0; i--) {
      int at = random.below(bytes.length);
      switch (random.below(4)) {
        case 0 -> bytes[at] = (byte) random.below(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.below(8));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        default -> bytes[at] = (byte) (0xc0 + random.below(32));
      }
    }
    return bytes;
  }
}
