package org.multiuser.server.storage;

import java.nio.ByteBuffer;
import java.util.UUID;

/** Identities as bytes. */
final class Ids {
  /** The length of an identity. */
  static final int BYTES = 16;

  private Ids() {}

  /** 16 bytes, or null for none. */
  static byte[] bytes(UUID id) {
    return id == null
        ? null
        : ByteBuffer.allocate(BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
  }

  /** The identity, or null for null. */
  static UUID of(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
