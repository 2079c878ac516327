package org.multiuser.protocol.delta;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** Which nodes a node refers to, and the order that follows from it (SPEC VA4, SN2). Pure. */
public final class Dependencies {
  private Dependencies() {}

  /** The identities that a tree refers to, in the order they stand there; they may not exist. */
  public static Set<UUID> of(Value value) {
    Set<UUID> found = new LinkedHashSet<>();
    Values.eachAtom(
        value,
        atom -> {
          if (atom instanceof Value.Ref ref) {
            found.add(ref.id());
          }
        });
    return found;
  }

  /**
   * The nodes in dependency order: each after those among them that it refers to. Cycles are broken
   * where the walk, which starts from the nodes in their given order, comes upon them; so equal
   * input gives equal output. Chains may be as long as there are nodes.
   */
  public static List<Node> order(Collection<Node> nodes) {
    Map<UUID, Node> byId = new LinkedHashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    List<Node> ordered = new ArrayList<>(byId.size());
    Set<UUID> seen = new HashSet<>();
    Deque<Visit> open = new ArrayDeque<>();
    for (Node start : byId.values()) {
      enter(start, seen, open);
      while (!open.isEmpty()) {
        Visit visit = open.peek();
        if (visit.references.hasNext()) {
          enter(byId.get(visit.references.next()), seen, open);
        } else {
          ordered.add(open.pop().node);
        }
      }
    }
    return ordered;
  }

  private static void enter(Node node, Set<UUID> seen, Deque<Visit> open) {
    if (node != null && seen.add(node.id())) {
      open.push(new Visit(node, of(node.properties()).iterator()));
    }
  }

  /** A node whose references are being walked. */
  private record Visit(Node node, Iterator<UUID> references) {}
}
