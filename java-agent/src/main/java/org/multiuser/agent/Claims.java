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
 * its creation is still under way on another channel, is put off until it is there. Somebody else's
 * node takes no commits: who gives one back is put off until the server has all that were made to
 * it, and one that is given to somebody stays.
 */
final class Claims {
  private static final int MAX_NODES = 10_000;

  private final Outgoing out;
  private final Predicate<UUID> isThere;
  private final Predicate<UUID> isPending;
  private final Set<UUID> early = new LinkedHashSet<>();
  private final Set<UUID> late = new LinkedHashSet<>();

  /**
   * Claims of one user.
   *
   * @param isThere whether the server has this node
   * @param isPending whether the server has not settled all commits to it
   */
  Claims(Outgoing out, Predicate<UUID> isThere, Predicate<UUID> isPending) {
    this.out = out;
    this.isThere = isThere;
    this.isPending = isPending;
  }

  /** Asks, split into messages of a size that the server takes (SPEC LM3). */
  void ask(OwnerAction action, Collection<UUID> nodes, UUID to) {
    List<UUID> ready = new ArrayList<>();
    int kept = 0;
    for (UUID node : nodes) {
      boolean stays = action != OwnerAction.TAKE && isPending.test(node);
      if (stays && action == OwnerAction.GIVE) {
        kept++;
        continue;
      }
      early.remove(node);
      late.remove(node);
      if (stays) {
        late.add(node);
      } else if (action == OwnerAction.TAKE && !isThere.test(node)) {
        early.add(node);
      } else {
        ready.add(node);
      }
    }
    send(action, ready, to);
    if (kept > 0) {
      tellKept(kept);
    }
  }

  private void tellKept(int count) {
    String nodes = count == 1 ? "1 datablock is" : count + " datablocks are";
    String text = " not handed over: the server does not have your edits yet. Push or reset first.";
    out.tell(Event.Kind.WARNING, nodes + text);
  }

  /** More nodes may be there than before. */
  void look() {
    sendReady(OwnerAction.TAKE, early, isThere);
    sendReady(OwnerAction.RELEASE, late, isPending.negate());
  }

  private void sendReady(OwnerAction action, Set<UUID> from, Predicate<UUID> isReady) {
    if (from.isEmpty()) {
      return;
    }
    List<UUID> ready = from.stream().filter(isReady).toList();
    ready.forEach(from::remove);
    send(action, ready, null);
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
