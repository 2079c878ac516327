package org.multiuser.protocol.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

class FileRefsTest {
  private static final UUID NODE = new UUID(0, 1);
  private static final Digest WOOD = Digest.ofContent(new byte[] {1});
  private static final Digest STONE = Digest.ofContent(new byte[] {2});

  private static Value.Fields fields(Map<String, Value> values) {
    return new Value.Fields(new TreeMap<>(values));
  }

  @Test
  @DisplayName("[VA6] the files of a tree are found wherever they stand, each once, in order")
  void found() {
    Value stone = new Value.FileRef(STONE);
    Value wood = new Value.FileRef(WOOD);
    Value tiles = new Value.Items(List.of(new Value.Items(List.of(stone)), wood, stone));
    Value keyed = new Value.Keyed(Map.of("k", fields(Map.of("tiles", tiles))));
    Value.Fields tree = fields(Map.of("a", new Value.Ref(NODE), "b", keyed, "c", wood));
    assertEquals(List.of(STONE, WOOD), List.copyOf(FileRefs.of(tree)));
    assertEquals(Set.of(WOOD), FileRefs.of(wood));
    assertEquals(Set.of(), FileRefs.of(Value.Fields.EMPTY));
  }

  @Test
  @DisplayName("[VA6] a file is no dependency, and a ref is no file")
  void noDependency() {
    Value.Fields tree = fields(Map.of("f", new Value.FileRef(WOOD), "r", new Value.Ref(NODE)));
    assertEquals(Set.of(NODE), Dependencies.of(tree));
    assertEquals(Set.of(WOOD), FileRefs.of(tree));
  }

  @Test
  @DisplayName("[VA6] a file is set whole, and only where it is another one")
  void atom() {
    Value.Fields old = fields(Map.of("f", new Value.FileRef(WOOD)));
    Value.Fields same = fields(Map.of("f", new Value.FileRef(Digest.of(WOOD.bytes()))));
    Value.Fields other = fields(Map.of("f", new Value.FileRef(STONE)));
    assertEquals(List.of(), TreeDiff.between(old, same));
    List<Operation> steps = TreeDiff.between(old, other);
    assertEquals(List.of(new Operation.Set(Path.of("f"), new Value.FileRef(STONE))), steps);
    Node node = new Node(NODE, "Image", null, 1, 0, old, new TreeMap<>());
    assertEquals(other, Applier.apply(node, commit(steps), 2).properties());
    Operation entering = new Operation.Set(Path.of("f", "x"), Value.NULL);
    assertEquals(old, Applier.apply(node, commit(List.of(entering)), 2).properties());
  }

  private static Commit commit(List<Operation> steps) {
    return new Commit(NODE, 1, NODE, 0, 0, steps);
  }
}
