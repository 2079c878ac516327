package org.multiuser.protocol.codec;

/**
 * Packs and unpacks bytes; on the wire it is zstd (SPEC BU4). Implementations are safe for use by
 * several threads and keep nothing of the arrays.
 */
public interface Compressor {
  /** The packed bytes, as one frame. */
  byte[] compress(byte[] raw);

  /**
   * The bytes that were packed. Takes no more memory than is expected.
   *
   * @param expectedBytes how many there must be
   * @throws IllegalArgumentException if these are not packed bytes, or of another number of bytes
   */
  byte[] decompress(byte[] packed, int expectedBytes);
}
