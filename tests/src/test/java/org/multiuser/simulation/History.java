package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.model.Node;

/**
 * A Blender's undo steps: each is all of it as it was after an edit of its artist, with the work of
 * others that had come by then and without what came since.
 */
final class History {
  private static final int MOST_STEPS = 12;

  private final List<Map<UUID, Node>> steps = new ArrayList<>();
  private int at;

  /** The artist edited something; what could be redone is gone. */
  void push(EchoBlender blender) {
    if (!steps.isEmpty()) {
      steps.subList(at + 1, steps.size()).clear();
    }
    steps.add(all(blender));
    if (steps.size() > MOST_STEPS) {
      steps.remove(0);
    }
    at = steps.size() - 1;
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Some steps back, or forth again; empty if there is none that way. */
  Optional<Map<UUID, Node>> move(Random random) {
    int to = random.nextInt(3) > 0 ? at - 1 - random.nextInt(3) : at + 1 + random.nextInt(2);
    if (to < 0 || to >= steps.size()) {
      return Optional.empty();
    }
    at = to;
    return Optional.of(steps.get(to));
  }

  private static Map<UUID, Node> all(EchoBlender blender) {
    Map<UUID, Node> all = new TreeMap<>();
    blender.all().forEach(node -> all.put(node.id(), node));
    return all;
  }
}
