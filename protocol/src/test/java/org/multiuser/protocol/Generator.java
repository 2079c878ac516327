package org.multiuser.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Seeded random model objects. Keys and identities repeat, so that steps meet their targets. */
public final class Generator {
  private static final String[] KEYS = {
    "a", "b", "c", "modifiers", "größe", "\uD83D\uDC12", "\uFB01"
  };
  private static final long[] CORNERS = {
    0, 1, -1, -32, -33, 127, 128, 255, 256, 65535, 65536, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final Random random;

  /** A generator that makes the same objects for the same seed. */
  public Generator(long seed) {
    random = new Random(seed);
  }

  /** The seeds that a property is tried with. */
  public static long[] seeds(int count) {
    return new Random(20_26).longs(count).toArray();
  }

  /** From 0, below the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T oneOf(T... choices) {
    return choices[below(choices.length)];
  }

  /** Random bytes. */
  public byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One of a few identities. */
  public UUID uuid() {
    return new UUID(7, below(6));
  }

  /** The name of one of a few files. */
  public Digest digest() {
    return Digest.ofContent(new byte[] {(byte) below(6)});
  }

  /** Any number, often one where the encoding changes its size. */
  public long number() {
    return below(2) == 0 ? CORNERS[below(CORNERS.length)] : random.nextLong() >> below(64);
  }

  /** A number that is not negative. */
  public long count() {
    return number() & Long.MAX_VALUE;
  }

  /** Text with characters of one to four bytes. */
  public String text() {
    StringBuilder text = new StringBuilder();
    int length = below(8) == 0 ? below(400) : below(12);
    for (int i = 0; i < length; i++) {
      text.append(oneOf("x", "Cube", ".001", "é", "\u0000", "猫", "\uD83D\uDC12"));
    }
    return text.toString();
  }

  /** A key, often one that others have as well. */
  public String key() {
    return below(12) == 0 ? "k" + "é".repeat(below(40)) + below(100) : KEYS[below(KEYS.length)];
  }

  /** Any value. */
  public Value value(int depth) {
    return switch (below(depth <= 0 ? 7 : 10)) {
      case 0 -> Value.NULL;
      case 1 -> new Value.Bool(random.nextBoolean());
      case 2 -> new Value.Int(number());
      case 3 -> new Value.Real(oneOf(0.0, -0.0, Double.NaN, 0.1, random.nextGaussian()));
      case 4 -> new Value.Text(text());
      case 5 -> new Value.Ref(uuid());
      case 6 -> new Value.FileRef(digest());
      case 7 -> items(depth);
      case 8 -> fields(depth);
      default -> new Value.Keyed(pairs(new LinkedHashMap<>(), depth));
    };
  }

  private Value items(int depth) {
    List<Value> items = new ArrayList<>();
    for (int i = below(20); i > 0; i--) {
      items.add(value(depth - 3));
    }
    return new Value.Items(items);
  }

  /** Fields. */
  public Value.Fields fields(int depth) {
    return new Value.Fields(new TreeMap<>(pairs(new TreeMap<>(), depth)));
  }

  private Map<String, Value> pairs(Map<String, Value> into, int depth) {
    for (int i = below(7); i > 0; i--) {
      into.put(key(), value(depth - 1));
    }
    return into;
  }

  /** Something like the value: parts of it changed, gone, added or moved. */
  public Value changed(Value value, int depth) {
    if (value instanceof Value.Fields fields && below(8) != 0) {
      return new Value.Fields(new TreeMap<>(changed(fields.values(), new TreeMap<>(), depth)));
    }
    if (value instanceof Value.Keyed keyed && below(8) != 0) {
      Map<String, Value> shuffled = new LinkedHashMap<>();
      List<String> keys = new ArrayList<>(keyed.values().keySet());
      if (below(2) == 0) {
        Collections.shuffle(keys, random);
      }
      keys.forEach(key -> shuffled.put(key, keyed.values().get(key)));
      return new Value.Keyed(changed(shuffled, new LinkedHashMap<>(), depth));
    }
    return below(3) == 0 ? value(depth) : value;
  }

  private Map<String, Value> changed(Map<String, Value> old, Map<String, Value> now, int depth) {
    if (below(3) == 0) {
      now.put(key(), value(depth - 1));
    }
    old.forEach(
        (key, value) -> {
          if (below(6) != 0) {
            now.putIfAbsent(key, changed(value, depth - 1));
          }
        });
    if (below(3) == 0) {
      now.put(key(), value(depth - 1));
    }
    return now;
  }

  /** A path that may or may not lead somewhere. */
  public Path path() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i <= below(4); i++) {
      keys.add(key());
    }
    return new Path(keys);
  }

  /** A small buffer; constant, rising or random. */
  public Buffer buffer() {
    DataType type = oneOf(DataType.values());
    int rows = below(4) == 0 ? 0 : below(60);
    int columns = 1 + below(4);
    byte[] bytes = bytes(rows * columns * type.itemBytes());
    int kind = below(3);
    for (int i = 0; i < bytes.length && kind < 2; i++) {
      bytes[i] = (byte) (kind == 0 ? 5 : i / type.itemBytes());
    }
    return new Buffer(type, rows, columns, bytes);
  }

  /** A patch, often one for that buffer. */
  public BufferPatch patch(Buffer buffer) {
    int rows = Math.max(1, buffer.rows() - (below(6) == 0 ? 1 : 0));
    List<Integer> starts = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    int changed = 0;
    for (int row = below(rows); row < rows; row += 1 + below(5)) {
      int count = 1 + below(Math.min(4, rows - row));
      starts.add(row);
      counts.add(count);
      changed += count;
      row += count;
    }
    return new BufferPatch(
        rows,
        buffer.rowBytes(),
        starts.stream().mapToInt(i -> i).toArray(),
        counts.stream().mapToInt(i -> i).toArray(),
        bytes(changed * buffer.rowBytes()));
  }

  /** The buffer's bytes with some of them changed. */
  public byte[] changed(Buffer buffer) {
    byte[] bytes = buffer.bytes().clone();
    for (int i = below(5); i > 0 && bytes.length > 0; i--) {
      bytes[below(bytes.length)]++;
    }
    return bytes;
  }

  /** A node. */
  public Node node() {
    SortedMap<String, Buffer> buffers = new TreeMap<>();
    for (int i = below(4); i > 0; i--) {
      buffers.put(key(), buffer());
    }
    return new Node(
        uuid(), "Mesh", below(2) == 0 ? null : uuid(), count(), number(), fields(4), buffers);
  }

  /** A commit that fits the node more or less. */
  public Commit commit(Node node) {
    List<Operation> steps = new ArrayList<>();
    for (int i = 0; i <= below(6); i++) {
      steps.add(step(node));
    }
    return new Commit(uuid(), count(), node.id(), number(), number(), steps);
  }

  private Operation step(Node node) {
    String name = key();
    Buffer buffer = node.buffers().getOrDefault(name, buffer());
    return switch (below(16)) {
      case 0 -> new Operation.Create("Object", fields(3));
      case 1 -> new Operation.Delete();
      case 2, 3, 4, 5, 6 -> new Operation.Set(path(), value(3));
      case 7, 8 -> new Operation.Remove(path());
      case 9, 10 -> new Operation.Order(path(), keys());
      case 11, 12 -> new Operation.ReplaceBuffer(name, buffer());
      case 13, 14 -> new Operation.PatchBuffer(name, patch(buffer));
      default -> new Operation.RemoveBuffer(name);
    };
  }

  private List<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    for (int i = below(5); i > 0; i--) {
      keys.add(key());
    }
    return List.copyOf(keys);
  }

  /** A log entry. */
  public LogEntry entry() {
    if (below(2) == 0) {
      return new LogEntry.Committed(count(), commit(node()));
    }
    UUID author = below(2) == 0 ? null : uuid();
    return new LogEntry.OwnerChanged(count(), author, List.of(uuid(), uuid()), null);
  }
}
