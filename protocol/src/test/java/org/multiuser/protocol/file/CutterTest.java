package org.multiuser.protocol.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.MsgWriter;
import org.multiuser.protocol.codec.ProtocolException;

class CutterTest {
  /** Bytes that are the same everywhere: the digests of the numbers from 0 on. */
  private static byte[] stream(int size) {
    ByteBuffer made = ByteBuffer.allocate(size + Digest.BYTES);
    for (int i = 0; made.position() < size; i++) {
      made.put(Digest.ofContent(ByteBuffer.allocate(4).putInt(0, i)).bytes());
    }
    return Arrays.copyOf(made.array(), size);
  }

  private static List<Integer> lengths(byte[] bytes) {
    List<Integer> lengths = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += lengths.get(lengths.size() - 1)) {
      lengths.add(Cutter.length(bytes, from, bytes.length));
    }
    return lengths;
  }

  private static Set<Digest> digests(byte[] bytes) {
    Set<Digest> found = new HashSet<>();
    int from = 0;
    for (int length : lengths(bytes)) {
      found.add(Digest.ofContent(ByteBuffer.wrap(bytes, from, length)));
      from += length;
    }
    return found;
  }

  @Test
  @DisplayName("[FI2] everybody cuts at the same places")
  void theSameEverywhere() {
    assertEquals(List.of(308_890, 302_589, 272_314), lengths(stream(4 << 20)).subList(0, 3));
  }

  @Test
  @DisplayName("[FI2] no chunk is too long, only the last one short, most are of the usual length")
  void lengthsAreBounded() {
    List<Integer> lengths = lengths(stream(64 << 20));
    for (int length : lengths.subList(0, lengths.size() - 1)) {
      assertTrue(length > Cutter.SHORTEST && length <= Cutter.LONGEST, length + " bytes");
    }
    double mean = (64 << 20) / (double) lengths.size();
    assertTrue(mean > 0.8 * Cutter.USUAL && mean < 1.4 * Cutter.USUAL, "mean " + mean);
  }

  @Test
  @DisplayName("[FI2] what is the same over and over is cut at the longest")
  void zeros() {
    assertEquals(List.of(Cutter.LONGEST, Cutter.LONGEST, 7), lengths(new byte[(2 << 20) + 7]));
    assertEquals(List.of(), lengths(new byte[0]));
    assertEquals(List.of(1), lengths(new byte[1]));
  }

  @Test
  @DisplayName("[FI2] bytes put in and taken out change the chunks around them alone")
  void edits() {
    byte[] before = stream(32 << 20);
    byte[] after = new byte[before.length + 5 - 100];
    int put = 10_000_000;
    int taken = 20_000_000;
    System.arraycopy(before, 0, after, 0, put);
    System.arraycopy(before, put, after, put + 5, taken - put);
    System.arraycopy(before, taken + 100, after, taken + 5, before.length - taken - 100);
    Set<Digest> changed = digests(after);
    changed.removeAll(digests(before));
    assertTrue(changed.size() <= 6, changed.size() + " chunks are new");
  }

  @Test
  @DisplayName("[FI3] a manifest comes back as it was")
  void manifest() {
    Random random = new Random(3);
    for (int count : new int[] {0, 1, 1000}) {
      List<Manifest.Chunk> chunks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] bytes = new byte[Digest.BYTES];
        random.nextBytes(bytes);
        chunks.add(new Manifest.Chunk(Digest.of(bytes), 1 + random.nextInt(Cutter.LONGEST)));
      }
      Manifest manifest = ManifestCodec.of(chunks);
      byte[] bytes = ManifestCodec.encode(manifest);
      assertEquals(Digest.ofContent(bytes), manifest.file());
      assertEquals(manifest, ManifestCodec.decode(bytes));
    }
  }

  @Test
  @DisplayName("[FI3, FI4] what is no manifest is refused")
  void noManifest() {
    byte[] digest = Digest.ofContent(new byte[0]).bytes();
    for (MsgWriter.Encoding wrong :
        List.<MsgWriter.Encoding>of(
            out -> out.array(1).binary(digest),
            out -> out.array(2).binary(new byte[31]).integer(1),
            out -> out.array(2).binary(digest).integer(0),
            out -> out.array(2).binary(digest).integer(-1),
            out -> out.array(2).binary(digest).integer(1L << 40),
            out -> out.array(2).binary(digest).integer((1 << 20) + 1),
            out -> out.array(2).binary(digest).array(0),
            out -> out.array(Integer.MAX_VALUE - 1))) {
      byte[] bytes = MsgWriter.write(wrong);
      assertThrows(ProtocolException.class, () -> ManifestCodec.decode(bytes));
    }
    byte[] longForm = {(byte) 0xdc, 0, 0}; // An empty array in three bytes.
    assertThrows(ProtocolException.class, () -> ManifestCodec.decode(longForm));
  }
}
