package org.multiuser.app.recording;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * Keeps what depends on each other in the order of the recording: two users' edits of one node, or
 * of a name that one had and another takes. All else may overtake. One thread.
 */
final class Turns {
  private final Map<Object, Traffic.Ticket> last = new HashMap<>();
  private final Traffic traffic;

  Turns(Traffic traffic) {
    this.traffic = traffic;
  }

  /**
   * What stands for the names that a node has or gets, among those that it must differ from (SPEC
   * NA1).
   *
   * @param node null for none
   * @param then what is done to it then
   */
  static List<String> names(Node node, List<Operation> then) {
    List<String> names = new ArrayList<>();
    Names.of(node).ifPresent(names::add);
    for (Operation step : then) {
      if (step instanceof Operation.Set set
          && set.path().equals(Names.PATH)
          && set.value() instanceof Value.Text text) {
        names.add(text.value());
      }
    }
    return names.stream().map(name -> Names.namespace(node.type()) + '\0' + name).toList();
  }

  /**
   * Waits until all before it that touched one of these is known to whoever is next.
   *
   * @param keys identities of nodes, and names
   * @return whether it is; false if nothing went on any more
   */
  boolean await(Collection<Object> keys, Actor next, boolean changesOwner)
      throws InterruptedException {
    for (Object key : keys) {
      Traffic.Ticket before = last.get(key);
      boolean mayFollow =
          before == null
              || (before.actor() == next && !changesOwner && !before.changesOwner())
              || traffic.await(() -> before.isKnownTo(next));
      if (!mayFollow) {
        return false;
      }
    }
    return true;
  }

  /** This one touches these now. */
  void took(Collection<Object> keys, Traffic.Ticket ticket) {
    keys.forEach(key -> last.put(key, ticket));
  }
}
