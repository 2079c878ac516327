package org.multiuser.protocol.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** Who has which name, and which are free. */
class NameIndexTest {
  private static final int MANY = 200_000;

  private final NameIndex names = new NameIndex();

  @Test
  @DisplayName("[NA1] types that share one of Blender's lists share their names, others do not")
  void namespaces() {
    assertEquals(Names.namespace("PointLight"), Names.namespace("SunLight"));
    assertEquals(Names.namespace("ShaderNodeTree"), Names.namespace("GeometryNodeTree"));
    assertEquals(Names.namespace("Curve"), Names.namespace("TextCurve"));
    assertEquals(Names.namespace("CloudsTexture"), Names.namespace("BlendTexture"));
    assertEquals(Names.namespace("LightProbePlane"), Names.namespace("LightProbe"));
    assertEquals(
        6,
        Set.of("Object", "Mesh", "Curves", "PaintCurve", "LightProbe", "Light").stream()
            .map(Names::namespace)
            .distinct()
            .count());
  }

  @Test
  @DisplayName("[NA1] names are known as long as there is somebody who has them")
  void holders() {
    Node one = node(1, "Mesh", "Cube");
    Node two = node(2, "Mesh", "Cube");
    assertTrue(names.put(null, one));
    assertTrue(names.put(null, two));
    assertTrue(names.put(null, node(3, "Object", "Cube")));
    assertEquals(Set.of(one.id(), two.id()), names.holders(one));
    assertFalse(names.put(one, one));
    assertTrue(names.put(one, node(1, "Mesh", "Ball")));
    assertEquals(Set.of(two.id()), names.holders(two));
    assertTrue(names.put(two, null));
    assertEquals(Set.of(), names.holders(two));
    assertFalse(
        names.put(null, new Node(id(4), "Mesh", null, 0, 0, tree(Map.of()), new TreeMap<>())));
  }

  @Test
  @DisplayName("[NA3] a free name has the next number, and fits where every name does")
  void free() {
    names.put(null, node(1, "Mesh", "Cube"));
    names.put(null, node(2, "Mesh", "Cube.001"));
    assertEquals("Cube.002", names.free(node(3, "Mesh", "Cube")));
    assertEquals("Cube.003", names.free(node(3, "Mesh", "Cube.001")));
    assertEquals("Cube.001", names.free(node(3, "Object", "Cube")));
    assertEquals("v1.2b.001", names.free(node(3, "Mesh", "v1.2b")));
    assertEquals(".001", names.free(node(3, "Mesh", "")));
    String most = "ä".repeat(31) + "x";
    assertEquals("ä".repeat(29) + ".001", names.free(node(3, "Mesh", most)));
    String longer = "y".repeat(200);
    int bytes = names.free(node(3, "Mesh", longer)).getBytes(StandardCharsets.UTF_8).length;
    assertEquals(200, bytes, "as long as Blender 5 takes");
  }

  @Test
  @DisplayName("[NA3] a free name is found at once, however many have the same one")
  void many() {
    for (int i = 0; i < MANY; i++) {
      Node node = node(i, "Mesh", "Cube");
      names.put(null, node(i, "Mesh", names.free(node)));
    }
    assertEquals("Cube." + (MANY + 1), names.free(node(MANY, "Mesh", "Cube")));
  }

  private static Node node(long id, String type, String name) {
    Value.Fields tree = tree(Map.of("name", new Value.Text(name)));
    return new Node(id(id), type, null, 0, 0, tree, new TreeMap<>());
  }

  private static Value.Fields tree(Map<String, Value> values) {
    return new Value.Fields(new TreeMap<>(values));
  }

  private static UUID id(long number) {
    return new UUID(7, number);
  }
}
