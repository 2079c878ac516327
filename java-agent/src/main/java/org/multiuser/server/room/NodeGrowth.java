package org.multiuser.server.room;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * Keeps nodes, which may grow commit by commit, within what their codec carries (SPEC LM5): else no
 * snapshot of the session could be read any more. A value takes at least one byte, so the bytes of
 * the commits bound how many there are; they are counted only when that bound says too little.
 */
final class NodeGrowth {
  private final Map<UUID, Long> bounds = new HashMap<>();

  /**
   * Whether the node stays small enough.
   *
   * @param before the node, or null
   * @param encodedBytes the commit's size on the wire
   */
  boolean allows(Node before, Commit commit, int encodedBytes) {
    if (commit.operations().stream().noneMatch(NodeGrowth::addsValues)) {
      return true;
    }
    UUID id = commit.node();
    long held = before == null ? 0 : bounds.computeIfAbsent(id, key -> count(before.properties()));
    long bound = held + encodedBytes;
    if (bound > Limits.VALUES) {
      Node after = Applier.apply(before, commit, 0);
      bound = after == null ? 0 : count(after.properties());
    }
    if (bound > Limits.VALUES) {
      return false;
    }
    bounds.put(id, bound);
    return true;
  }

  private static boolean addsValues(Operation step) {
    return step instanceof Operation.Create || step instanceof Operation.Set;
  }

  private static long count(Value value) {
    if (value instanceof Value.Fields fields) {
      return 1 + count(fields.values().values());
    } else if (value instanceof Value.Keyed keyed) {
      return 1 + count(keyed.values().values());
    } else if (value instanceof Value.Items items) {
      return 1 + count(items.values());
    }
    return 1;
  }

  private static long count(Collection<Value> values) {
    long sum = 0;
    for (Value value : values) {
      sum += count(value);
    }
    return sum;
  }
}
