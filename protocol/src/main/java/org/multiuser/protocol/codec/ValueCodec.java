package org.multiuser.protocol.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.msgpack.core.ExtensionTypeHeader;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** The bytes of values and paths (SPEC VA2, VA3, VA5, PA1). Stateless. */
public final class ValueCodec {
  private static final int REF = 1;
  private static final int KEYED = 2;
  private static final int FILE = 3;

  private ValueCodec() {}

  /**
   * The canonical bytes of a value.
   *
   * @throws ProtocolException if it breaks a limit of SPEC VA5
   */
  public static byte[] encode(Value value) {
    return MsgWriter.write(out -> write(out, value));
  }

  /**
   * The value of these bytes.
   *
   * @throws ProtocolException if they are not one
   */
  public static Value decode(byte[] bytes) {
    return MsgReader.read(bytes, ValueCodec::read);
  }

  /** Writes a value that stands at the root. */
  public static void write(MsgWriter out, Value value) throws IOException {
    write(out, value, 0);
  }

  /** Reads a value that stands at the root. */
  public static Value read(MsgReader in) throws IOException {
    return read(in, 0);
  }

  /** Reads fields that stand at the root, such as a node's properties. */
  public static Value.Fields readFields(MsgReader in) throws IOException {
    if (read(in, 0) instanceof Value.Fields fields) {
      return fields;
    }
    throw ProtocolException.bad("the properties are not fields");
  }

  /** Writes a path. */
  public static void writePath(MsgWriter out, Path path) throws IOException {
    if (path.keys().size() > Limits.DEPTH) {
      throw ProtocolException.bad("a path has more than " + Limits.DEPTH + " keys");
    }
    writeKeys(out, path.keys());
  }

  /** Reads a path. */
  public static Path readPath(MsgReader in) throws IOException {
    List<String> keys = readKeys(in);
    if (keys.isEmpty() || keys.size() > Limits.DEPTH) {
      throw ProtocolException.bad("a path has 1 to " + Limits.DEPTH + " keys");
    }
    return new Path(keys);
  }

  static void writeKeys(MsgWriter out, List<String> keys) throws IOException {
    out.array(keys.size());
    for (String key : keys) {
      writeKey(out, key);
    }
  }

  static List<String> readKeys(MsgReader in) throws IOException {
    int size = in.array();
    List<String> keys = new ArrayList<>(Math.min(size, 64));
    for (int i = 0; i < size; i++) {
      in.countValue();
      keys.add(in.key());
    }
    return keys;
  }

  /** Writes a key; also the form of type and buffer names. */
  static void writeKey(MsgWriter out, String key) throws IOException {
    if (key.isEmpty() || key.length() > Limits.KEY_BYTES || utf8Bytes(key) > Limits.KEY_BYTES) {
      throw ProtocolException.bad("a key has 1 to " + Limits.KEY_BYTES + " bytes");
    }
    out.text(key);
  }

  /**
   * Writes a value that stands inside so many containers.
   *
   * @throws ProtocolException if it breaks a limit of SPEC VA5
   */
  static void write(MsgWriter out, Value value, int level) throws IOException {
    if (value instanceof Value.Null) {
      out.nil();
    } else if (value instanceof Value.Bool bool) {
      out.bool(bool.value());
    } else if (value instanceof Value.Int integer) {
      out.integer(integer.value());
    } else if (value instanceof Value.Real real) {
      out.real(real.value());
    } else if (value instanceof Value.Text text) {
      writeText(out, text.value());
    } else if (value instanceof Value.Ref ref) {
      out.extension(REF, MsgWriter.bytes(ref.id()));
    } else if (value instanceof Value.FileRef ref) {
      out.extension(FILE, ref.file().bytes());
    } else {
      writeContainer(out, value, enter(level));
    }
  }

  private static void writeContainer(MsgWriter out, Value value, int level) throws IOException {
    if (value instanceof Value.Items items) {
      out.array(items.values().size());
      for (Value item : items.values()) {
        write(out, item, level);
      }
    } else if (value instanceof Value.Fields fields) {
      out.map(fields.values().size());
      writePairs(out, fields.values(), level);
    } else if (value instanceof Value.Keyed keyed) {
      byte[] pairs =
          MsgWriter.write(
              nested -> writePairs(nested.array(2 * keyed.values().size()), keyed.values(), level));
      out.extension(KEYED, pairs);
    }
  }

  private static void writePairs(MsgWriter out, Map<String, Value> values, int level)
      throws IOException {
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      writeKey(out, entry.getKey());
      write(out, entry.getValue(), level);
    }
  }

  private static void writeText(MsgWriter out, String text) throws IOException {
    boolean mayBeLong = text.length() > Limits.TEXT_BYTES / 3;
    if (mayBeLong && utf8Bytes(text) > Limits.TEXT_BYTES) {
      throw ProtocolException.bad("a text has more than " + Limits.TEXT_BYTES + " bytes");
    }
    out.text(text);
  }

  /** Reads a value that stands inside so many containers. */
  static Value read(MsgReader in, int level) throws IOException {
    in.countValue();
    return switch (in.next()) {
      case NIL -> readNull(in);
      case BOOLEAN -> new Value.Bool(in.bool());
      case INTEGER -> new Value.Int(in.integer());
      case FLOAT -> new Value.Real(in.real());
      case STRING -> new Value.Text(in.text(Limits.TEXT_BYTES));
      case ARRAY -> readItems(in, enter(level));
      case MAP -> new Value.Fields(readPairs(in, new TreeMap<>(), in.map(), enter(level)));
      case EXTENSION -> readExtension(in, level);
      case BINARY -> throw ProtocolException.bad("bytes are not a value");
    };
  }

  private static Value readNull(MsgReader in) throws IOException {
    in.nil();
    return Value.NULL;
  }

  private static Value readItems(MsgReader in, int level) throws IOException {
    int size = in.array();
    List<Value> items = new ArrayList<>(Math.min(size, 64));
    for (int i = 0; i < size; i++) {
      items.add(read(in, level));
    }
    return new Value.Items(items);
  }

  private static <M extends Map<String, Value>> M readPairs(
      MsgReader in, M into, int pairs, int level) throws IOException {
    for (int i = 0; i < pairs; i++) {
      String key = in.key();
      if (into.put(key, read(in, level)) != null) {
        throw ProtocolException.bad("the key " + key + " stands there twice");
      }
    }
    return into;
  }

  private static Value readExtension(MsgReader in, int level) throws IOException {
    ExtensionTypeHeader header = in.extension();
    long end = in.position() + header.getLength();
    Value value;
    switch (header.getType()) {
      case REF -> value = new Value.Ref(MsgReader.uuid(in.payload(header.getLength())));
      case KEYED -> value = readKeyed(in, enter(level));
      case FILE -> value = readFile(in, header.getLength());
      default -> throw ProtocolException.bad("unknown extension type " + header.getType());
    }
    if (in.position() != end) {
      throw ProtocolException.bad("a keyed list does not fill its extension");
    }
    return value;
  }

  private static Value readFile(MsgReader in, int length) throws IOException {
    if (length != Digest.BYTES) {
      throw ProtocolException.bad("a file's name has " + length + " bytes, not " + Digest.BYTES);
    }
    return new Value.FileRef(Digest.of(in.payload(length)));
  }

  private static Value readKeyed(MsgReader in, int level) throws IOException {
    int size = in.array();
    if (size % 2 != 0) {
      throw ProtocolException.bad("a keyed list has a key without a value");
    }
    return new Value.Keyed(readPairs(in, new LinkedHashMap<>(), size / 2, level));
  }

  private static int enter(int level) {
    if (level >= Limits.DEPTH) {
      throw ProtocolException.bad("values nest deeper than " + Limits.DEPTH);
    }
    return level + 1;
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
