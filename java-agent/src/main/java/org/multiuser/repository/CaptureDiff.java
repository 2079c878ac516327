package org.multiuser.repository;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.BufferDiff;
import org.multiuser.protocol.delta.TreeDiff;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** What a capture says that Blender was not known to hold (BR20). Pure. */
final class CaptureDiff {
  private CaptureDiff() {}

  /**
   * The outcome of comparing a capture with what Blender was last seen to hold.
   *
   * @param tree the steps on properties
   * @param buffers the steps on buffers; all of them replaced where it is structural
   * @param structural whether the topology changed (SPEC CM9)
   * @param after what Blender holds now
   */
  record Edit(List<Operation> tree, List<Operation> buffers, boolean structural, Node after) {

    boolean isEmpty() {
      return tree.isEmpty() && buffers.isEmpty();
    }

    /** Without these steps on properties, which are nobody's; Blender holds what it holds. */
    Edit without(List<Operation> steps) {
      if (steps.isEmpty()) {
        return this;
      }
      List<Operation> rest = new ArrayList<>(tree);
      rest.removeAll(steps);
      return new Edit(rest, buffers, structural, after);
    }
  }

  /** Compares; unchanged buffers are neither copied nor named. */
  static Edit between(Node old, Capture capture) {
    Value.Fields properties = properties(old, capture);
    SortedMap<String, Buffer> buffers = new TreeMap<>(old.buffers());
    List<Operation> steps = new ArrayList<>();
    boolean topologyChanged = false;
    for (String name : gone(old, capture)) {
      buffers.remove(name);
      steps.add(new Operation.RemoveBuffer(name));
      topologyChanged |= capture.topology().contains(name);
    }
    for (Map.Entry<String, Capture.Array> entry : new TreeMap<>(capture.buffers()).entrySet()) {
      String name = entry.getKey();
      Optional<Operation> step = step(name, old.buffers().get(name), entry.getValue());
      if (step.isPresent()) {
        buffers.put(name, after(step.get(), entry.getValue()));
        steps.add(step.get());
        topologyChanged |= capture.topology().contains(name);
      }
    }
    boolean structural = capture.structure() && topologyChanged;
    Node after = with(old, properties, buffers);
    return new Edit(
        TreeDiff.between(old.properties(), properties),
        structural ? allBuffers(old, after) : steps,
        structural,
        after);
  }

  /** Steps that make all buffers those of {@code now}, whatever they were. */
  static List<Operation> allBuffers(Node old, Node now) {
    List<Operation> steps = new ArrayList<>();
    for (String name : old.buffers().keySet()) {
      if (!now.buffers().containsKey(name)) {
        steps.add(new Operation.RemoveBuffer(name));
      }
    }
    now.buffers().forEach((name, buffer) -> steps.add(new Operation.ReplaceBuffer(name, buffer)));
    return steps;
  }

  /** A node with other contents. */
  static Node with(Node node, Value.Fields properties, SortedMap<String, Buffer> buffers) {
    return new Node(
        node.id(),
        node.type(),
        node.owner(),
        node.revision(),
        node.structure(),
        properties,
        buffers);
  }

  /** The node after these steps; its other fields stay. */
  static Node applied(Node node, List<Operation> steps) {
    return steps.isEmpty()
        ? node
        : Applier.apply(node, new Commit(node.id(), 0, node.id(), 0, 0, steps), node.revision());
  }

  /**
   * Refuses arrays whose bytes do not fit their shape.
   *
   * @throws IllegalArgumentException with a clear text
   */
  static void check(Capture capture) {
    capture
        .buffers()
        .forEach(
            (name, array) -> {
              long bytes = (long) array.rows() * array.columns() * array.type().itemBytes();
              if (array.rows() < 0 || array.columns() < 1 || array.bytes().remaining() != bytes) {
                throw new IllegalArgumentException(
                    "buffer " + name + " of " + capture.id() + " does not have its declared size");
              }
            });
    if (capture.kind() == Capture.Kind.FULL && capture.properties() == null) {
      throw new IllegalArgumentException("the full capture of " + capture.id() + " has no tree");
    }
    if (capture.kind() == Capture.Kind.DISPLACED
        && (capture.nameBefore().isEmpty() || capture.nameNow().isEmpty())) {
      throw new IllegalArgumentException("what displaced " + capture.id() + " names no names");
    }
  }

  private static Value.Fields properties(Node old, Capture capture) {
    Node start =
        capture.properties() == null ? old : with(old, capture.properties(), old.buffers());
    List<Operation> steps = new ArrayList<>();
    capture.removed().forEach(path -> steps.add(new Operation.Remove(path)));
    capture.paths().forEach(at -> steps.add(new Operation.Set(at.path(), at.value())));
    return Kept.of(old.properties(), applied(start, steps).properties(), capture.kept());
  }

  private static Set<String> gone(Node old, Capture capture) {
    Set<String> names = new TreeSet<>();
    if (capture.allBuffers() || capture.kind() == Capture.Kind.FULL) {
      names.addAll(old.buffers().keySet());
      names.removeAll(capture.buffers().keySet());
    }
    return names;
  }

  private static Optional<Operation> step(String name, Buffer old, Capture.Array array) {
    return BufferDiff.between(
        name, old, array.bytes(), array.type(), array.rows(), array.columns());
  }

  private static Buffer after(Operation step, Capture.Array array) {
    if (step instanceof Operation.ReplaceBuffer replace) {
      return replace.buffer();
    }
    ByteBuffer from = array.bytes().duplicate();
    byte[] copy = new byte[from.remaining()];
    from.get(copy);
    return new Buffer(array.type(), array.rows(), array.columns(), copy);
  }
}
