package org.multiuser.repository;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.delta.NameIndex;
import org.multiuser.protocol.model.Node;

/**
 * The names of the target, and which nodes Blender had to rename to give theirs to others (BR24).
 * Such a node is brought its own name as soon as no other one is to have it. That ends: a name that
 * two are to have lasts only until the server has ruled (SPEC NA2), and who alone is to have a name
 * never loses it to another.
 */
final class Naming {
  private final NameIndex names = new NameIndex();
  private final Set<UUID> waiting = new HashSet<>();
  private final Outbox outbox;

  Naming(Outbox outbox) {
    this.outbox = outbox;
  }

  void forget() {
    names.clear();
    waiting.clear();
  }

  /** A node of the target became another one; null for one that is not there. */
  void changed(Node before, Node after) {
    if (names.put(before, after)) {
      bringIfAlone(before);
      bringIfAlone(after);
    }
    if (after == null && before != null) {
      waiting.remove(before.id());
    }
  }

  private void bringIfAlone(Node node) {
    Set<UUID> holders = names.holders(node);
    if (holders.size() == 1 && waiting.removeAll(holders)) {
      holders.forEach(outbox::mark);
    }
  }

  /** Blender shows a node of the target under another name than it was asked to. */
  void displaced(Node node) {
    waiting.add(node.id());
    bringIfAlone(node);
  }

  /** The other nodes of the target that are to have this node's name. */
  List<UUID> others(Node node) {
    return names.holders(node).stream().filter(id -> !id.equals(node.id())).toList();
  }

  /** A name made of this node's that no node of the target is to have. */
  String free(Node node) {
    return names.free(node);
  }
}
