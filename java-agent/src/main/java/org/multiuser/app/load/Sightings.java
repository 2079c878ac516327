package org.multiuser.app.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.app.timing.Samples;

/**
 * How long the edits of one user took until another one had them. An edit has a number, which
 * stands in the node that it changed; whoever sees a number has all earlier ones of that node, as
 * newer values take the place of older ones on their way. May be used by several threads.
 */
final class Sightings {
  private final Map<UUID, Deque<Edit>> awaited = new HashMap<>();
  private final Map<UUID, Long> last = new TreeMap<>();
  private final Samples took;

  private record Edit(long number, long nanos) {}

  /**
   * None yet.
   *
   * @param took takes how long each edit took
   */
  Sightings(Samples took) {
    this.took = took;
  }

  /** An edit is about to be submitted. */
  synchronized void made(UUID node, long number, long nowNanos) {
    awaited.computeIfAbsent(node, key -> new ArrayDeque<>()).add(new Edit(number, nowNanos));
    last.put(node, number);
  }

  /** The node is deleted; nobody will see what was on its way. */
  synchronized void deleted(UUID node) {
    awaited.remove(node);
    last.remove(node);
  }

  /** The other user has this number. */
  synchronized void seen(UUID node, long number, long nowNanos) {
    Deque<Edit> edits = awaited.getOrDefault(node, new ArrayDeque<>());
    while (!edits.isEmpty() && edits.peek().number() <= number) {
      took.add(nowNanos - edits.poll().nanos());
    }
  }

  /** The number of the last edit of each node that is there. */
  synchronized Map<UUID, Long> last() {
    return new TreeMap<>(last);
  }
}
