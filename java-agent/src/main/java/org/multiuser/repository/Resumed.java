package org.multiuser.repository;

import java.nio.ByteBuffer;
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

  /** Of each buffer the rows that came where Blender shows them, else those that it held. */
  private static SortedMap<String, Buffer> buffers(
      Node held, Node coming, Map<String, Capture.Array> seen) {
    SortedMap<String, Buffer> buffers = new TreeMap<>(held.buffers());
    seen.forEach(
        (name, array) -> {
          Buffer before = held.buffers().get(name);
          Buffer after = coming.buffers().get(name);
          if (after != null && has(after, array)) {
            buffers.put(
                name, before != null && has(before, array) ? rows(before, after, array) : after);
          }
        });
    buffers
        .keySet()
        .removeIf(name -> !coming.buffers().containsKey(name) && !seen.containsKey(name));
    return buffers;
  }

  private static boolean has(Buffer buffer, Capture.Array shape) {
    return buffer.type() == shape.type()
        && buffer.rows() == shape.rows()
        && buffer.columns() == shape.columns();
  }

  private static Buffer rows(Buffer before, Buffer after, Capture.Array seen) {
    ByteBuffer now = seen.bytes().slice();
    ByteBuffer came = ByteBuffer.wrap(after.bytes());
    byte[] base = before.bytes().clone();
    int bytes = before.rowBytes();
    boolean all = true;
    for (int at = 0; at < base.length; at += bytes) {
      if (now.slice(at, bytes).equals(came.slice(at, bytes))) {
        System.arraycopy(after.bytes(), at, base, at, bytes);
      } else {
        all = false;
      }
    }
    return all ? after : new Buffer(after.type(), after.rows(), after.columns(), base);
  }
}
