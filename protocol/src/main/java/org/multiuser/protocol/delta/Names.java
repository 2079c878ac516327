package org.multiuser.protocol.delta;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** What the name of a datablock is, and where no two may have the same one (SPEC NA). Pure. */
public final class Names {
  /** Where the name stands in a node's properties. */
  public static final Path PATH = Path.of("name");

  /** What every Blender takes; newer ones take more. */
  private static final int USUAL_BYTES = 63;

  /**
   * RNA types of which several share one list of Blender's, by what their names end in (SPEC NA1).
   */
  private static final List<String> FAMILIES = List.of("Light", "NodeTree", "Texture");

  private static final Set<String> CURVES = Set.of("Curve", "SurfaceCurve", "TextCurve");

  private Names() {}

  /** Nodes of types with the same namespace cannot have the same name (SPEC NA1). */
  public static String namespace(String type) {
    if (CURVES.contains(type)) {
      return "Curve";
    }
    if (type.startsWith("LightProbe")) {
      return "LightProbe";
    }
    return FAMILIES.stream().filter(type::endsWith).findFirst().orElse(type);
  }

  /** The node's name, if it has one. */
  public static Optional<String> of(Node node) {
    return node == null ? Optional.empty() : of(node.properties());
  }

  /** The name in a node's properties, if there is one. */
  public static Optional<String> of(Value.Fields properties) {
    return properties.values().get("name") instanceof Value.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  /** The step that gives a node another name. */
  public static Operation rename(String name) {
    return new Operation.Set(PATH, new Value.Text(name));
  }

  /** Whether a step gives its node a name. */
  public static boolean isNaming(Operation step) {
    return step instanceof Operation.Create
        || (step instanceof Operation.Set set && set.path().equals(PATH));
  }

  /** The name without the number that Blender put behind it. */
  static String stem(String name) {
    int digits = name.length();
    while (digits > 0 && name.charAt(digits - 1) >= '0' && name.charAt(digits - 1) <= '9') {
      digits--;
    }
    boolean numbered = digits < name.length() && digits > 0 && name.charAt(digits - 1) == '.';
    return numbered ? name.substring(0, digits - 1) : name;
  }

  /**
   * The name with another number, as Blender would form it.
   *
   * @param wanted what the result may not be longer than, unless every Blender takes its length
   */
  static String numbered(String wanted, int number) {
    String suffix = String.format(".%03d", number);
    int most = Math.max(USUAL_BYTES, bytes(wanted)) - suffix.length();
    String stem = stem(wanted);
    while (bytes(stem) > most) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    return stem + suffix;
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
