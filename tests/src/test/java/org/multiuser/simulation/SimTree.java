package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** Random datablocks and random edits of them. */
final class SimTree {
  /** More than one part of a push (SPEC PT1). */
  private static final int MANY_ROWS = 70_000;

  /** All buffers that a datablock may have. */
  static final List<String> BUFFERS = List.of("points", "mask");

  private SimTree() {}

  static Node fresh(Random random) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    TreeMap<String, Value> tree = new TreeMap<>();
    tree.put("name", name(random));
    tree.put("x", new Value.Int(random.nextInt(5)));
    tree.put("stack", Value.Keyed.EMPTY);
    return node(id, new Value.Fields(tree), mesh(random));
  }

  static Node node(UUID id, Value.Fields properties, Map<String, Buffer> buffers) {
    return new Node(id, "Mesh", null, 0, 0, properties, new TreeMap<>(buffers));
  }

  static Node apply(Node node, List<Operation> steps) {
    return steps.isEmpty()
        ? node
        : Applier.apply(node, new Commit(node.id(), 0, node.id(), 0, 0, steps), 0);
  }

  /** The datablock after an edit, which is noted. */
  static Node edited(Node node, Random random, Touched touched) {
    TreeMap<String, Value> tree = new TreeMap<>(node.properties().values());
    SortedMap<String, Buffer> buffers = new TreeMap<>(node.buffers());
    switch (random.nextInt(11)) {
      case 0 -> set(tree, "xyz".substring(random.nextInt(3)), random, touched);
      case 1 -> {
        tree.remove("z");
        touched.value("z");
      }
      case 2 -> {
        tree.put("real", new Value.Real(random.nextDouble()));
        touched.value("real");
      }
      case 3 -> {
        tree.put("name", name(random));
        touched.value("name");
      }
      case 4, 5 -> tree.put("stack", stack(tree.get("stack"), random, touched));
      case 6 -> tree.put("stack", deep(tree.get("stack"), random, touched));
      case 7 -> {
        if (random.nextInt(3) > 0) {
          buffers = mesh(random);
          touched.structure = true;
        } else {
          masked(buffers, random, touched);
        }
      }
      default ->
          buffers.computeIfPresent("points", (name, buffer) -> moved(buffer, random, touched));
    }
    return node(node.id(), new Value.Fields(tree), buffers);
  }

  private static void set(Map<String, Value> tree, String key, Random random, Touched touched) {
    tree.put(key, new Value.Int(random.nextInt(12)));
    touched.value(key);
  }

  private static Value name(Random random) {
    return new Value.Text("Cube" + random.nextInt(3));
  }

  private static Map<String, Value> items(Value old) {
    return old instanceof Value.Keyed keyed
        ? new LinkedHashMap<>(keyed.values())
        : new LinkedHashMap<>();
  }

  private static Value stack(Value old, Random random, Touched touched) {
    Map<String, Value> items = items(old);
    String key = "m" + random.nextInt(4);
    if (random.nextInt(3) == 0) {
      items.remove(key);
      touched.item("stack", key);
    } else {
      TreeMap<String, Value> item = new TreeMap<>();
      item.put("v", new Value.Int(random.nextInt(12)));
      item.put("w", new Value.Int(random.nextInt(12)));
      items.put(key, new Value.Fields(item));
      touched.item("stack", key);
    }
    List<String> keys = new ArrayList<>(items.keySet());
    if (random.nextInt(3) == 0) {
      Collections.shuffle(keys, random);
      touched.order("stack");
    }
    Map<String, Value> ordered = new LinkedHashMap<>();
    keys.forEach(name -> ordered.put(name, items.get(name)));
    return new Value.Keyed(ordered);
  }

  /** One field of one item. */
  private static Value deep(Value old, Random random, Touched touched) {
    Map<String, Value> items = items(old);
    String key = "m" + random.nextInt(4);
    if (items.get(key) instanceof Value.Fields item) {
      TreeMap<String, Value> fields = new TreeMap<>(item.values());
      String field = random.nextBoolean() ? "v" : "w";
      fields.put(field, new Value.Int(random.nextInt(12)));
      items.put(key, new Value.Fields(fields));
      touched.value("stack", key, field);
    }
    return new Value.Keyed(items);
  }

  private static void masked(Map<String, Buffer> buffers, Random random, Touched touched) {
    touched.mask = true;
    if (buffers.remove("mask") == null) {
      byte[] bytes = new byte[buffers.get("points").rows()];
      random.nextBytes(bytes);
      buffers.put("mask", new Buffer(DataType.UINT8, bytes.length, 1, bytes));
    }
  }

  private static SortedMap<String, Buffer> mesh(Random random) {
    int rows = random.nextInt(200) == 0 ? MANY_ROWS : 1 + random.nextInt(40);
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    buffers.put("points", numbers(rows, random));
    buffers.put("faces", numbers(1 + random.nextInt(5), random));
    return buffers;
  }

  private static Buffer numbers(int rows, Random random) {
    byte[] bytes = new byte[rows * 4];
    random.nextBytes(bytes);
    return new Buffer(DataType.INT32, rows, 1, bytes);
  }

  private static Buffer moved(Buffer buffer, Random random, Touched touched) {
    byte[] bytes = buffer.bytes().clone();
    int at = random.nextInt(bytes.length);
    bytes[at]++;
    touched.row(at / 4);
    return new Buffer(buffer.type(), buffer.rows(), buffer.columns(), bytes);
  }
}
