package org.multiuser.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.BufferDiff;
import org.multiuser.protocol.delta.TreeDiff;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * What Blender held when the agent before this one died. Between taking a change and reporting it
 * done Blender may or may not have applied it; the first full capture afterwards shows which. Pure.
 */
final class Resumed {
  private Resumed() {}

  /** What Blender held, apart from what the artist edited: each part of the change or not. */
  static Node base(Held left, Capture capture) {
    Node held = left.held();
    Node coming = left.coming();
    if (held == null || coming == null || !held.type().equals(coming.type())) {
      return coming == null || (held != null && held.type().equals(capture.type())) ? held : coming;
    }
    List<Operation> steps = new ArrayList<>();
    for (Operation step : TreeDiff.between(held.properties(), coming.properties())) {
      if (isDone(step, coming, capture.properties())) {
        steps.add(step);
      }
    }
    Node tree = CaptureDiff.applied(held, steps);
    SortedMap<String, Buffer> buffers = buffers(held, coming, capture.buffers());
    boolean exchanged = !buffers.equals(held.buffers());
    return new Node(
        held.id(),
        held.type(),
        held.owner(),
        held.revision(),
        exchanged ? coming.structure() : held.structure(),
        tree.properties(),
        buffers);
  }

  /** The steps that lead from one state of Blender to another. */
  static CaptureDiff.Edit edit(Node base, Node seen, boolean structural) {
    return new CaptureDiff.Edit(
        TreeDiff.between(base.properties(), seen.properties()),
        structural ? CaptureDiff.allBuffers(base, seen) : BufferDiff.between(base, seen),
        structural,
        seen);
  }

  private static boolean isDone(Operation step, Node coming, Value.Fields seen) {
    if (step instanceof Operation.Set set) {
      return Values.at(seen, set.path()).filter(set.value()::equals).isPresent();
    }
    if (step instanceof Operation.Remove remove) {
      return Values.at(seen, remove.path()).isEmpty();
    }
    if (step instanceof Operation.Order order) {
      return keys(seen, order).equals(keys(coming.properties(), order));
    }
    return false;
  }

  private static List<String> keys(Value.Fields tree, Operation.Order order) {
    return Values.at(tree, order.path()).orElse(null) instanceof Value.Keyed keyed
        ? List.copyOf(keyed.values().keySet())
        : List.of();
  }

  /** Of each buffer the one from which fewer rows lead to what was captured. */
  private static SortedMap<String, Buffer> buffers(
      Node held, Node coming, Map<String, Capture.Array> seen) {
    SortedMap<String, Buffer> buffers = new TreeMap<>(held.buffers());
    seen.forEach(
        (name, array) -> {
          Buffer now = coming.buffers().get(name);
          if (now != null && changed(name, now, array) <= changed(name, buffers.get(name), array)) {
            buffers.put(name, now);
          }
        });
    buffers
        .keySet()
        .removeIf(name -> !coming.buffers().containsKey(name) && !seen.containsKey(name));
    return buffers;
  }

  private static long changed(String name, Buffer old, Capture.Array array) {
    Operation step =
        BufferDiff.between(name, old, array.bytes(), array.type(), array.rows(), array.columns())
            .orElse(null);
    if (step == null) {
      return 0;
    }
    return step instanceof Operation.PatchBuffer patch
        ? patch.patch().bytes().length
        : Long.MAX_VALUE;
  }
}
