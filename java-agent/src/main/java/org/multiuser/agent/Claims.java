package org.multiuser.agent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;

/**
 * Asks for changes of owner (SPEC RI5). Who takes a node that the server does not have yet, because
 * its creation is still under way on another channel, is put off until it is there.
 */
final class Claims {
  private static final int MAX_NODES = 10_000;

  private final Outgoing out;
  private final Predicate<UUID> isThere;
  private final Set<UUID> early = new LinkedHashSet<>();

  /**
   * Claims of one user.
   *
   * @param isThere whether the server has this node
   */
  Claims(Outgoing out, Predicate<UUID> isThere) {
    this.out = out;
    this.isThere = isThere;
  }

  /** Asks, split into messages of a size that the server takes (SPEC LM3). */
  void ask(OwnerAction action, Collection<UUID> nodes, UUID to) {
    List<UUID> ready = new ArrayList<>();
    for (UUID node : nodes) {
      if (action == OwnerAction.TAKE && !isThere.test(node)) {
        early.add(node);
      } else {
        early.remove(node);
        ready.add(node);
      }
    }
    send(action, ready, to);
  }

  /** More nodes may be there than before. */
  void look() {
    if (early.isEmpty()) {
      return;
    }
    List<UUID> ready = early.stream().filter(isThere).toList();
    ready.forEach(early::remove);
    send(OwnerAction.TAKE, ready, null);
  }

  /** The links are new ones: what waits is asked for anew by whoever still wants it. */
  void restart() {
    early.clear();
  }

  private void send(OwnerAction action, List<UUID> nodes, UUID to) {
    for (int from = 0; from < nodes.size(); from += MAX_NODES) {
      List<UUID> some = nodes.subList(from, Math.min(nodes.size(), from + MAX_NODES));
      out.send(
          Channel.COMMANDS,
          new Message.ChangeOwner(out.nextRequest(), action, List.copyOf(some), to));
    }
  }
}
