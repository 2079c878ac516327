package org.multiuser.server.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksums of what a session's file holds, CRC-32C (SPEC DU5). Pure. */
final class Checksum {
  private Checksum() {}

  /** Of a line of the log, its number, author (or null) and counter included. */
  static long ofLine(long sequence, byte[] author, long counter, byte[] bytes) {
    ByteBuffer head = ByteBuffer.allocate(Long.BYTES * 2 + Byte.BYTES);
    head.putLong(sequence).putLong(counter).put((byte) (author == null ? 0 : 1)).flip();
    CRC32C sum = new CRC32C();
    sum.update(head);
    if (author != null) {
      sum.update(author);
    }
    sum.update(bytes);
    return sum.getValue();
  }

  /** Of a node as it is encoded, which names its identity. */
  static long ofNode(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }
}
