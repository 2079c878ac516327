package org.multiuser.protocol.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * Writes the canonical msgpack of the protocol (SPEC VA3). One thread; one use by {@link
 * #write(Encoding)}.
 */
public final class MsgWriter {
  private static final MessagePack.PackerConfig CONFIG =
      new MessagePack.PackerConfig().withBufferSize(1024);

  private static final int COPIED_BYTES = 512;

  private final MessageBufferPacker packer = CONFIG.newBufferPacker();

  private MsgWriter() {}

  /** Something that writes itself. */
  @FunctionalInterface
  public interface Encoding {
    /** Writes; the exception is declared for the packer's sake and does not happen. */
    void to(MsgWriter out) throws IOException;
  }

  /** The bytes that an encoding writes. */
  public static byte[] write(Encoding encoding) {
    MsgWriter writer = new MsgWriter();
    try {
      encoding.to(writer);
      return writer.packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /** Begins an array of so many elements. */
  public MsgWriter array(int size) throws IOException {
    packer.packArrayHeader(size);
    return this;
  }

  /** Begins a map of so many pairs. */
  public MsgWriter map(int size) throws IOException {
    packer.packMapHeader(size);
    return this;
  }

  /** An int in its shortest form. */
  public MsgWriter integer(long value) throws IOException {
    packer.packLong(value);
    return this;
  }

  /** The wire number of a constant, which is its place by the contract of those enums. */
  @SuppressWarnings("EnumOrdinal")
  public MsgWriter constant(Enum<?> value) throws IOException {
    return integer(value.ordinal());
  }

  /** A float64; every NaN becomes the canonical one. */
  public MsgWriter real(double value) throws IOException {
    packer.packDouble(Double.longBitsToDouble(Double.doubleToLongBits(value)));
    return this;
  }

  /** A truth value. */
  public MsgWriter bool(boolean value) throws IOException {
    packer.packBoolean(value);
    return this;
  }

  /** Nil. */
  public MsgWriter nil() throws IOException {
    packer.packNil();
    return this;
  }

  /**
   * UTF-8 text.
   *
   * @throws ProtocolException if it has half a surrogate pair, which UTF-8 cannot carry
   */
  public MsgWriter text(String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (hasHalfPair(value)) {
      throw ProtocolException.bad("a text has half a surrogate pair");
    }
    packer.packRawStringHeader(utf8.length);
    return payload(utf8);
  }

  /** Bytes; large ones are not copied before the end. */
  public MsgWriter binary(byte[] value) throws IOException {
    packer.packBinaryHeader(value.length);
    return payload(value);
  }

  /** An identity as 16 bytes, nil for null. */
  public MsgWriter uuid(UUID value) throws IOException {
    return value == null ? nil() : binary(bytes(value));
  }

  /** An extension type with these bytes. */
  public MsgWriter extension(int type, byte[] value) throws IOException {
    packer.packExtensionTypeHeader((byte) type, value.length);
    return payload(value);
  }

  /** The 16 bytes of an identity, big-endian (SPEC ID1). */
  static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private MsgWriter payload(byte[] bytes) throws IOException {
    if (bytes.length <= COPIED_BYTES) {
      packer.writePayload(bytes);
    } else {
      packer.addPayload(bytes);
    }
    return this;
  }

  private static boolean hasHalfPair(String value) {
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean pair =
            Character.isHighSurrogate(unit)
                && i + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
