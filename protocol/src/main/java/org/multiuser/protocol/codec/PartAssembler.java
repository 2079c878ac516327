package org.multiuser.protocol.codec;

import java.util.Arrays;
import java.util.Optional;

/**
 * Puts parts together again (SPEC PT2), one thing after the other. Its memory grows with what
 * arrived, never by what was announced. One per channel and direction; one thread.
 */
public final class PartAssembler {
  private static final int SMALLEST_BYTES = 64 << 10;

  private final long maxBytes;
  private byte[] assembly = new byte[0];
  private long totalBytes;
  private int length;

  /** An assembler for things up to SPEC LM2. */
  public PartAssembler() {
    this(Limits.THING_BYTES);
  }

  /** An assembler for things of at most so many bytes. */
  public PartAssembler(long maxBytes) {
    this.maxBytes = Math.min(maxBytes, Limits.THING_BYTES);
  }

  /** Whether a thing has begun and is not complete. */
  public boolean isOpen() {
    return length > 0;
  }

  /** Forgets the thing that has begun, as when a link ends. */
  public void reset() {
    assembly = new byte[0];
    totalBytes = 0;
    length = 0;
  }

  /**
   * Takes the next part.
   *
   * @return the whole thing with its last part, else empty
   * @throws ProtocolException TOO_LARGE for a thing beyond the limit, BAD_MESSAGE for a part that
   *     does not follow; the thing that had begun is forgotten
   */
  public Optional<byte[]> add(long totalBytes, long offset, byte[] bytes) {
    try {
      check(totalBytes, offset, bytes.length);
    } catch (ProtocolException e) {
      reset();
      throw e;
    }
    if (offset == 0 && bytes.length == totalBytes) {
      return Optional.of(bytes);
    }
    this.totalBytes = totalBytes;
    append(bytes);
    if (length < totalBytes) {
      return Optional.empty();
    }
    byte[] whole = assembly.length == length ? assembly : Arrays.copyOf(assembly, length);
    reset();
    return Optional.of(whole);
  }

  private void check(long total, long offset, int bytes) {
    if (total > maxBytes) {
      throw ProtocolException.tooLarge(total + " bytes are more than " + maxBytes);
    }
    boolean follows = offset == length && (length == 0 || total == totalBytes);
    boolean fits = total >= 0 && bytes <= Limits.PART_BYTES && offset + bytes <= total;
    boolean advances = bytes > 0 || total == 0;
    if (!follows || !fits || !advances) {
      throw ProtocolException.bad("a part does not follow the one before");
    }
  }

  private void append(byte[] bytes) {
    if (length + bytes.length > assembly.length) {
      long grown = Math.max(SMALLEST_BYTES, Math.max(2L * length, length + (long) bytes.length));
      assembly = Arrays.copyOf(assembly, (int) Math.min(grown, totalBytes));
    }
    System.arraycopy(bytes, 0, assembly, length, bytes.length);
    length += bytes.length;
  }
}
