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
  private SimTree() {}

  static Node fresh(Random random) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    TreeMap<String, Value> tree = new TreeMap<>();
    tree.put("x", new Value.Int(random.nextInt(5)));
    tree.put("stack", Value.Keyed.EMPTY);
    return new Node(id, "Mesh", null, 0, 0, new Value.Fields(tree), mesh(random));
  }

  static Node apply(Node node, List<Operation> steps) {
    return steps.isEmpty()
        ? node
        : Applier.apply(node, new Commit(node.id(), 0, node.id(), 0, 0, steps), 0);
  }

  static Node edited(Node node, Random random) {
    TreeMap<String, Value> tree = new TreeMap<>(node.properties().values());
    SortedMap<String, Buffer> buffers = new TreeMap<>(node.buffers());
    switch (random.nextInt(6)) {
      case 0 -> tree.put("xyz".substring(random.nextInt(3)), new Value.Int(random.nextInt(9)));
      case 1 -> tree.remove("z");
      case 2 -> tree.put("stack", stack(tree.get("stack"), random));
      case 3 -> buffers = mesh(random);
      default -> buffers.computeIfPresent("points", (name, buffer) -> moved(buffer, random));
    }
    return new Node(node.id(), "Mesh", null, 0, 0, new Value.Fields(tree), buffers);
  }

  private static Value stack(Value old, Random random) {
    Map<String, Value> items =
        old instanceof Value.Keyed keyed
            ? new LinkedHashMap<>(keyed.values())
            : new LinkedHashMap<>();
    String key = "m" + random.nextInt(4);
    if (random.nextInt(3) == 0) {
      items.remove(key);
    } else {
      items.put(
          key, new Value.Fields(new TreeMap<>(Map.of("v", new Value.Int(random.nextInt(9))))));
    }
    List<String> keys = new ArrayList<>(items.keySet());
    if (random.nextBoolean()) {
      Collections.shuffle(keys, random);
    }
    Map<String, Value> ordered = new LinkedHashMap<>();
    keys.forEach(name -> ordered.put(name, items.get(name)));
    return new Value.Keyed(ordered);
  }

  private static SortedMap<String, Buffer> mesh(Random random) {
    int rows = 1 + random.nextInt(40);
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

  private static Buffer moved(Buffer buffer, Random random) {
    byte[] bytes = buffer.bytes().clone();
    bytes[random.nextInt(bytes.length)]++;
    return new Buffer(buffer.type(), buffer.rows(), buffer.columns(), bytes);
  }
}
