package org.multiuser.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;

/** Captures of random datablocks, as docs/bridge.md has them. */
final class Captures {
  private static final Set<String> TOPOLOGY = Set.of("faces");

  private Captures() {}

  static Capture full(Node node) {
    return new Capture(
        node.id(),
        "Mesh",
        Capture.Kind.FULL,
        node.properties(),
        List.of(),
        List.of(),
        arrays(node.buffers()),
        true,
        true,
        TOPOLOGY);
  }

  /** Of what was touched alone. */
  static Capture part(Node node, Touched touched) {
    List<Capture.PathValue> values = new ArrayList<>();
    List<Path> removed = new ArrayList<>();
    for (Path path : touched.paths) {
      Values.at(node.properties(), path)
          .ifPresentOrElse(
              value -> values.add(new Capture.PathValue(path, value)), () -> removed.add(path));
    }
    boolean all = touched.structure || touched.mask;
    Map<String, Buffer> buffers = new TreeMap<>(node.buffers());
    if (!all) {
      buffers.keySet().removeIf(name -> !touched.points || !name.equals("points"));
    }
    return new Capture(
        node.id(),
        "Mesh",
        Capture.Kind.PART,
        null,
        values,
        removed,
        arrays(buffers),
        all,
        touched.structure,
        TOPOLOGY);
  }

  static Capture delete(UUID id) {
    return Capture.delete(id, "Mesh");
  }

  /** A read-back after applying. */
  static Capture base(UUID id, Value.Fields tree, List<Capture.PathValue> paths) {
    return base(id, tree, paths, List.of());
  }

  /** A read-back that misses some of what was set. */
  static Capture base(
      UUID id, Value.Fields tree, List<Capture.PathValue> paths, List<Path> missing) {
    return new Capture(
        id, "Mesh", Capture.Kind.BASE, tree, paths, missing, Map.of(), false, false, Set.of());
  }

  /** What Blender did to it by itself (BR25). */
  static Capture consequence(UUID id, List<Capture.PathValue> paths) {
    return new Capture(
        id,
        "Mesh",
        Capture.Kind.CONSEQUENCE,
        null,
        paths,
        List.of(),
        Map.of(),
        false,
        false,
        Set.of());
  }

  /** Its name was needed for another one. */
  static Capture displaced(Node before, Node now) {
    return Capture.displaced(
        now.id(), "Mesh", Names.of(before).orElseThrow(), Names.of(now).orElseThrow());
  }

  /** Says that a change was left out. */
  static Capture nothing(UUID id) {
    return base(id, null, List.of());
  }

  private static Map<String, Capture.Array> arrays(Map<String, Buffer> buffers) {
    Map<String, Capture.Array> arrays = new LinkedHashMap<>();
    buffers.forEach(
        (name, buffer) ->
            arrays.put(
                name,
                new Capture.Array(
                    buffer.type(),
                    buffer.rows(),
                    buffer.columns(),
                    ByteBuffer.wrap(buffer.bytes().clone()))));
    return arrays;
  }
}
