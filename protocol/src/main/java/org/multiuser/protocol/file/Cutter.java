package org.multiuser.protocol.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Says where a file is cut into chunks: where its content says so, so that bytes which are put in
 * or taken out change the chunks around them and no others (SPEC FI2). A gear hash rolls over the
 * content (Wen Xia et al., "FastCDC", USENIX ATC 2016: normalized chunking). Pure and stateless.
 */
public final class Cutter {
  /** Only the last chunk of a file is shorter. */
  public static final int SHORTEST = 64 << 10;

  /** What most chunks are near to. */
  public static final int USUAL = 256 << 10;

  /** No chunk is longer. */
  public static final int LONGEST = 1 << 20;

  /** One position in 2^20 ends a chunk that is shorter than usual, one in 2^16 a longer one. */
  private static final long HARD = -1L << 44;

  private static final long EASY = -1L << 48;

  private static final long[] GEAR = gear();

  private Cutter() {}

  /**
   * How long the chunk is that begins at {@code from}.
   *
   * @param bytes holds at least {@link #LONGEST} bytes from there on, or all that the file has left
   * @param from where the chunk begins
   * @param end behind the last byte that may belong to it
   * @return its length in bytes, 0 only if there are none
   */
  public static int length(byte[] bytes, int from, int end) {
    int most = Math.min(end - from, LONGEST);
    if (most <= SHORTEST) {
      return most;
    }
    int usual = from + Math.min(most, USUAL);
    long hash = 0;
    int at = from + SHORTEST;
    for (; at < usual; at++) {
      hash = (hash << 1) + GEAR[bytes[at] & 0xff];
      if ((hash & HARD) == 0) {
        return at + 1 - from;
      }
    }
    for (; at < from + most; at++) {
      hash = (hash << 1) + GEAR[bytes[at] & 0xff];
      if ((hash & EASY) == 0) {
        return at + 1 - from;
      }
    }
    return most;
  }

  /** For each byte eight that look random and are the same everywhere. */
  private static long[] gear() {
    long[] made = new long[256];
    for (int i = 0; i < made.length; i++) {
      byte[] name = ("multi-user gear " + i).getBytes(StandardCharsets.US_ASCII);
      made[i] = ByteBuffer.wrap(Digest.ofContent(name).bytes()).getLong();
    }
    return made;
  }
}
