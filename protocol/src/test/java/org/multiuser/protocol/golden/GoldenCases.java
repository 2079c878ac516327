package org.multiuser.protocol.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.Generator;
import org.multiuser.protocol.RandomMessages;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** The objects behind the golden bytes, by the names of their cases. */
final class GoldenCases {
  static final UUID A = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  static final UUID B = UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100");
  static final UUID C = UUID.fromString("01234567-89ab-cdef-8000-000000000001");

  static final Digest FILE = Digest.ofContent(new byte[] {(byte) 0x90}); // of no chunks (FI3)

  private GoldenCases() {}

  static Map<String, Value> values() {
    Map<String, Value> cases = new LinkedHashMap<>();
    cases.put("null", Value.NULL);
    cases.put("false", new Value.Bool(false));
    cases.put("true", new Value.Bool(true));
    for (int bits : new int[] {0, 5, 7, 8, 15, 16, 31, 32, 63}) {
      long power = bits == 63 ? Long.MIN_VALUE : 1L << bits;
      cases.put("int 2^" + bits + " - 1", new Value.Int(power - 1));
      cases.put("int 2^" + bits, new Value.Int(bits == 63 ? Long.MAX_VALUE - 1 : power));
      cases.put("int -2^" + bits, new Value.Int(bits == 63 ? power : -power));
      cases.put("int -2^" + bits + " - 1", new Value.Int(bits == 63 ? power + 1 : -power - 1));
    }
    for (double real : new double[] {0, -0.0, 1, 0.1, Double.MIN_VALUE, Double.MAX_VALUE}) {
      cases.put("real " + real, new Value.Real(real));
    }
    cases.put("real infinity", new Value.Real(Double.NEGATIVE_INFINITY));
    cases.put("real nan", new Value.Real(Double.longBitsToDouble(0xfff8_0000_0000_0001L)));
    cases.put("text empty", new Value.Text(""));
    cases.put("text of four widths", new Value.Text("aé猫\uD83D\uDC12\u0000\n"));
    for (int length : new int[] {31, 32, 255, 256, 511, 512, 65535, 65536}) {
      cases.put("text of " + length, new Value.Text("x".repeat(length)));
    }
    cases.put("ref", new Value.Ref(A));
    cases.put("file", new Value.FileRef(FILE));
    cases.put("items empty", new Value.Items(List.of()));
    cases.put("items 15", items(15));
    cases.put("items 16", items(16));
    cases.put("items nested", new Value.Items(List.of(items(2), Value.NULL, new Value.Ref(B))));
    cases.put("fields empty", Value.Fields.EMPTY);
    cases.put("fields sorted by UTF-16", fields("\uFB01", 1, "\uD83D\uDC12", 2, "Z", 3, "a", 4));
    cases.put("fields 16", numbered(16));
    cases.put("keyed empty", Value.Keyed.EMPTY);
    cases.put("keyed keeps order", keyed("z", "a", "m"));
    cases.put("keyed 8", keyed("h", "g", "f", "e", "d", "c", "b", "a"));
    cases.put("keyed of 4 bytes", new Value.Keyed(Map.of("k", new Value.Bool(true))));
    cases.put("keyed of a file", new Value.Keyed(Map.of("content", new Value.FileRef(FILE))));
    cases.put("keyed nested", new Value.Keyed(Map.of("Array", keyed("count", "offset"))));
    cases.put("nested 32 deep", nested(32));
    return cases;
  }

  static Map<String, Node> nodes() {
    Map<String, Node> cases = new LinkedHashMap<>();
    cases.put("empty", new Node(A, "Object", null, 1, 0, Value.Fields.EMPTY, new TreeMap<>()));
    SortedMap<String, Buffer> buffers = new TreeMap<>();
    byte item = 0;
    for (DataType type : DataType.values()) {
      byte[] bytes = new byte[2 * 3 * type.itemBytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = item++;
      }
      buffers.put("of " + type.code(), new Buffer(type, 2, 3, bytes));
    }
    buffers.put("no rows", new Buffer(DataType.FLOAT32, 0, 3, new byte[0]));
    Value.Fields tree = fields("name", 1, "n", 2);
    cases.put("buffers of every type", new Node(B, "Mesh", C, 77, -5, tree, buffers));
    for (long seed = 1; seed <= 8; seed++) {
      cases.put("random " + seed, new Generator(seed).node());
    }
    return cases;
  }

  static Map<String, Commit> commits() {
    Map<String, Commit> cases = new LinkedHashMap<>();
    cases.put("create", commit(new Operation.Create("Mesh", fields("a", 1))));
    cases.put("delete", commit(new Operation.Delete()));
    cases.put("set", commit(new Operation.Set(Path.of("a", "b"), new Value.Int(3))));
    Value file = new Value.FileRef(FILE);
    cases.put("set a file", commit(new Operation.Set(Path.of("content"), file)));
    cases.put("remove", commit(new Operation.Remove(Path.of("a"))));
    cases.put("order", commit(new Operation.Order(Path.of("a"), List.of("y", "x"))));
    Buffer buffer = new Buffer(DataType.INT16, 3, 1, new byte[] {1, 0, 2, 0, 3, 0});
    cases.put("replace buffer", commit(new Operation.ReplaceBuffer("b", buffer)));
    BufferPatch patch =
        new BufferPatch(9, 2, new int[] {0, 4}, new int[] {1, 2}, new byte[] {1, 2, 3, 4, 5, 6});
    cases.put("patch buffer", commit(new Operation.PatchBuffer("b", patch)));
    cases.put("remove buffer", commit(new Operation.RemoveBuffer("b")));
    Operation deepest = new Operation.Set(Path.of("k".repeat(1024)), nested(31));
    cases.put("set as deep as may be", commit(deepest));
    for (long seed = 1; seed <= 8; seed++) {
      Generator random = new Generator(seed);
      cases.put("random " + seed, random.commit(random.node()));
    }
    return cases;
  }

  static Map<String, LogEntry> entries() {
    Map<String, LogEntry> cases = new LinkedHashMap<>();
    cases.put("committed", new LogEntry.Committed(7, commit(new Operation.Delete())));
    cases.put("owner changed", new LogEntry.OwnerChanged(8, A, List.of(B, C), A));
    cases.put("by the server", new LogEntry.OwnerChanged(9, null, List.of(), null));
    return cases;
  }

  static Map<String, Message> messages() {
    Map<String, Message> cases = new LinkedHashMap<>();
    for (Class<?> kind : RandomMessages.kinds()) {
      for (int seed = 1; seed <= 3; seed++) {
        Message message = RandomMessages.of(kind, new Generator(seed));
        cases.put(kind.getSimpleName() + " " + seed, message);
      }
    }
    for (OwnerAction action : OwnerAction.values()) {
      UUID to = action == OwnerAction.GIVE ? C : null;
      cases.put("ChangeOwner " + action, new Message.ChangeOwner(1, action, List.of(A), to));
    }
    for (ErrorCode code : ErrorCode.values()) {
      cases.put("Failed " + code, new Message.Failed(1, code, "Why."));
    }
    return cases;
  }

  static Commit commit(Operation... steps) {
    return new Commit(A, 1, B, 0, 300, List.of(steps));
  }

  static Value nested(int depth) {
    Value value = Value.NULL;
    for (int i = 0; i < depth; i++) {
      value = i % 2 == 0 ? new Value.Items(List.of(value)) : new Value.Keyed(Map.of("k", value));
    }
    return value;
  }

  private static Value items(int size) {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(new Value.Int(i));
    }
    return new Value.Items(items);
  }

  private static Value.Fields fields(Object... keysAndNumbers) {
    SortedMap<String, Value> values = new TreeMap<>();
    for (int i = 0; i < keysAndNumbers.length; i += 2) {
      values.put((String) keysAndNumbers[i], new Value.Int((Integer) keysAndNumbers[i + 1]));
    }
    return new Value.Fields(values);
  }

  private static Value.Fields numbered(int size) {
    SortedMap<String, Value> values = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      values.put("field " + i, new Value.Int(i));
    }
    return new Value.Fields(values);
  }

  private static Value.Keyed keyed(String... keys) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (String key : keys) {
      values.put(key, new Value.Text(key.toUpperCase(Locale.ROOT)));
    }
    return new Value.Keyed(values);
  }
}
