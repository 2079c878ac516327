package org.multiuser.repository;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.TreeDiff;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** The steps of commits that offer an artist's version as a whole. Pure. */
final class Offer {
  private Offer() {}

  /**
   * What the stale commits said about properties, as it stands in the artist's version now, and all
   * buffers of that version.
   */
  static List<Operation> steps(Node now, Node mine, List<Commit> stale) {
    Set<Operation> steps = new LinkedHashSet<>();
    for (Commit commit : stale) {
      for (Operation step : commit.operations()) {
        if (step instanceof Operation.Set set) {
          steps.add(current(mine, set.path()));
        } else if (step instanceof Operation.Remove remove) {
          steps.add(current(mine, remove.path()));
        } else if (step instanceof Operation.Order order) {
          Optional<Value> value = Values.at(mine.properties(), order.path());
          if (value.isPresent() && value.get() instanceof Value.Keyed keyed) {
            steps.add(new Operation.Order(order.path(), List.copyOf(keyed.values().keySet())));
          }
        }
      }
    }
    List<Operation> all = new ArrayList<>(steps);
    all.addAll(CaptureDiff.allBuffers(now, mine));
    return all;
  }

  /** The steps from one node to another, buffers as a whole if any of them differs. */
  static List<Operation> difference(Node now, Node wanted) {
    List<Operation> steps =
        new ArrayList<>(TreeDiff.between(now.properties(), wanted.properties()));
    if (!now.buffers().equals(wanted.buffers())) {
      steps.addAll(CaptureDiff.allBuffers(now, wanted));
    }
    return steps;
  }

  static boolean onBuffer(Operation step) {
    return step instanceof Operation.ReplaceBuffer || step instanceof Operation.RemoveBuffer;
  }

  /** The buffer that a step is about; empty where it is about none. */
  static String buffer(Operation step) {
    if (step instanceof Operation.ReplaceBuffer replace) {
      return replace.name();
    }
    if (step instanceof Operation.PatchBuffer patch) {
      return patch.name();
    }
    return step instanceof Operation.RemoveBuffer remove ? remove.name() : "";
  }

  private static Operation current(Node mine, Path path) {
    return Values.at(mine.properties(), path)
        .<Operation>map(value -> new Operation.Set(path, value))
        .orElseGet(() -> new Operation.Remove(path));
  }
}
