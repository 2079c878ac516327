package org.multiuser.protocol.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;
import org.multiuser.protocol.message.ErrorCode;

/**
 * Reads msgpack that a peer sent, trusting nothing: no size is believed that the bytes at hand do
 * not back (SPEC ME4), and what a whole thing may unfold to is limited (SPEC LM2, LM5). One thread;
 * one use by {@link #read}.
 */
public final class MsgReader {
  private static final MessagePack.UnpackerConfig CONFIG =
      new MessagePack.UnpackerConfig()
          .withAllowReadingBinaryAsString(false)
          .withAllowReadingStringAsBinary(false);

  private final MessageUnpacker unpacker;
  private final long size;
  private int valuesLeft = Limits.VALUES;
  private long rawBytesLeft = Limits.THING_BYTES;

  private MsgReader(ByteBuffer bytes) {
    size = bytes.remaining();
    unpacker = CONFIG.newUnpacker(bytes.duplicate());
  }

  /** Something that reads itself. */
  @FunctionalInterface
  public interface Decoding<T> {
    /** Reads; the exception is declared for the unpacker's sake. */
    T from(MsgReader in) throws IOException;
  }

  /**
   * What a decoding makes of exactly these bytes.
   *
   * @throws ProtocolException if they are not what it expects, too few or too many
   */
  public static <T> T read(byte[] bytes, Decoding<T> decoding) {
    return read(ByteBuffer.wrap(bytes), decoding);
  }

  /** The same for the bytes between position and limit, which are left where they are. */
  public static <T> T read(ByteBuffer bytes, Decoding<T> decoding) {
    MsgReader reader = new MsgReader(bytes);
    try {
      T result = decoding.from(reader);
      if (reader.remaining() != 0) {
        throw ProtocolException.bad("bytes are left over");
      }
      return result;
    } catch (MessageInsufficientBufferException e) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "the bytes end too early", e);
    } catch (MessagePackException | IOException | IllegalArgumentException e) {
      throw new ProtocolException(
          ErrorCode.BAD_MESSAGE, "the bytes are not what they should be: " + e.getMessage(), e);
    }
  }

  /** The bytes not read yet. */
  public long remaining() {
    return size - position();
  }

  /** The bytes read so far. */
  long position() {
    return unpacker.getTotalReadBytes();
  }

  /** The kind of what comes next. */
  ValueType next() throws IOException {
    return unpacker.getNextFormat().getValueType();
  }

  /** Begins an array; at least so many bytes are left as it has elements. */
  public int array() throws IOException {
    return backed(unpacker.unpackArrayHeader(), 1);
  }

  /** Begins an array that must have so many elements. */
  public void array(int expected) throws IOException {
    int size = array();
    if (size != expected) {
      throw ProtocolException.bad("an array has " + size + " elements, not " + expected);
    }
  }

  /** Begins a map; the bytes left are enough for so many pairs. */
  public int map() throws IOException {
    return backed(unpacker.unpackMapHeader(), 2);
  }

  /** Any whole number of 64 bits. */
  public long integer() throws IOException {
    return unpacker.unpackLong();
  }

  /** Any whole number of 32 bits. */
  public int int32() throws IOException {
    return unpacker.unpackInt();
  }

  /** A whole number of 64 bits that is not negative. */
  public long count() throws IOException {
    long value = integer();
    if (value < 0) {
      throw ProtocolException.bad("a count is negative");
    }
    return value;
  }

  /** A whole number from 0 to the bound, the bound left out. */
  public int below(int bound) throws IOException {
    int value = unpacker.unpackInt();
    if (value < 0 || value >= bound) {
      throw ProtocolException.bad("the number " + value + " is not below " + bound);
    }
    return value;
  }

  /** The constant with this wire number. */
  public <E extends Enum<E>> E oneOf(E[] constants) throws IOException {
    return constants[below(constants.length)];
  }

  /** A float64. */
  public double real() throws IOException {
    if (unpacker.getNextFormat() != MessageFormat.FLOAT64) {
      throw ProtocolException.bad("a real is not a float64");
    }
    return unpacker.unpackDouble();
  }

  /** A truth value. */
  public boolean bool() throws IOException {
    return unpacker.unpackBoolean();
  }

  /** Whether nil comes next; then it is read. */
  public boolean nil() throws IOException {
    return unpacker.tryUnpackNil();
  }

  /** Well-formed UTF-8 of at most so many bytes. */
  public String text(int maxBytes) throws IOException {
    int length = unpacker.unpackRawStringHeader();
    if (length > maxBytes) {
      throw ProtocolException.bad("a text has " + length + " bytes, more than " + maxBytes);
    }
    byte[] utf8 = payload(length);
    String text = new String(utf8, StandardCharsets.UTF_8);
    boolean replaced = text.indexOf('\uFFFD') >= 0;
    if (replaced && !Arrays.equals(utf8, text.getBytes(StandardCharsets.UTF_8))) {
      throw ProtocolException.bad("a text is not UTF-8");
    }
    return text;
  }

  /** A key of 1 to 1,024 bytes (SPEC VA5); also the form of type and buffer names. */
  public String key() throws IOException {
    String key = text(Limits.KEY_BYTES);
    if (key.isEmpty()) {
      throw ProtocolException.bad("a key is empty");
    }
    return key;
  }

  /** Bytes, as many as there are. */
  public byte[] binary() throws IOException {
    return binary(Integer.MAX_VALUE);
  }

  /** At most so many bytes. */
  public byte[] binary(int maxBytes) throws IOException {
    if (next() != ValueType.BINARY) {
      throw ProtocolException.bad("bytes are of another kind");
    }
    int length = unpacker.unpackBinaryHeader();
    if (length > maxBytes) {
      throw ProtocolException.tooLarge(length + " bytes are more than " + maxBytes);
    }
    return payload(length);
  }

  /** An identity. */
  public UUID uuid() throws IOException {
    byte[] bytes = binary();
    return uuid(bytes);
  }

  /** An identity, or null for nil. */
  public UUID uuidOrNull() throws IOException {
    return nil() ? null : uuid();
  }

  /** The identity in 16 bytes. */
  static UUID uuid(byte[] bytes) {
    if (bytes.length != 16) {
      throw ProtocolException.bad("an identity has " + bytes.length + " bytes, not 16");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  /** Begins an extension; so many bytes are left as it has. */
  ExtensionTypeHeader extension() throws IOException {
    ExtensionTypeHeader header = unpacker.unpackExtensionTypeHeader();
    backed(header.getLength(), 1);
    return header;
  }

  /** So many bytes as they are. */
  byte[] payload(int length) throws IOException {
    return unpacker.readPayload(backed(length, 1));
  }

  /** Counts a value against the limit (SPEC LM5). */
  void countValue() {
    if (--valuesLeft < 0) {
      throw ProtocolException.tooLarge("there are more than " + Limits.VALUES + " values");
    }
  }

  /** Counts the raw bytes of a buffer or patch against the limit, before they are made (LM2). */
  void countRaw(long bytes) {
    rawBytesLeft -= bytes;
    if (bytes > Limits.THING_BYTES || rawBytesLeft < 0) {
      throw ProtocolException.tooLarge("the buffers have more than " + Limits.THING_BYTES);
    }
  }

  private int backed(int elements, int bytesEach) {
    if (elements < 0 || (long) elements * bytesEach > remaining()) {
      throw ProtocolException.bad("more is declared than the bytes hold");
    }
    return elements;
  }
}
