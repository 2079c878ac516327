package org.multiuser.repository;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Dependencies;

/**
 * What is new and waits goes out along with whatever refers to it (BR18): the server takes such a
 * reference (SPEC VA4), but the others would be shown an object without its mesh. Only the making
 * goes along, later edits go on waiting.
 */
final class TakenAlong {
  private final Author author;

  /** What commits that went out refer to, and what was not there then. */
  private final Set<UUID> wanted = new HashSet<>();

  private final Deque<Commit> open = new ArrayDeque<>();

  TakenAlong(Author author) {
    this.author = author;
  }

  /** Whether what went out refers to this node, which was not there yet; asked when it is made. */
  boolean isWanted(UUID id) {
    return wanted.remove(id);
  }

  /** Somebody else made this node, or it was there. */
  void isMade(UUID id) {
    wanted.remove(id);
  }

  /** The session is another one. */
  void forget() {
    wanted.clear();
  }

  /** A commit goes out: what it refers to and what waits to be made goes, too, however deep. */
  void goesOut(Commit commit) {
    if (!author.byHand.holdsAny() && author.pending.waitingCount() == 0) {
      return;
    }
    boolean isOutermost = open.isEmpty();
    open.add(commit);
    if (isOutermost) {
      try {
        takeAll();
      } finally {
        open.clear(); // Where one could not be kept, the next commit is the outermost again.
      }
    }
  }

  private void takeAll() {
    while (!open.isEmpty()) {
      for (Operation step : open.peek().operations()) {
        references(step).forEach(this::take);
      }
      open.remove();
    }
  }

  private void take(UUID id) {
    List<Pending.Item> own = author.pending.of(id);
    Optional<Pending.Item> making =
        own.stream()
            .filter(item -> !item.cannotBe)
            .findFirst()
            .filter(item -> item.isWaiting() && item.creates());
    if (making.isPresent()) {
      // What waits before it was for a node that others deleted, and must not come to fit this one.
      own.stream()
          .takeWhile(item -> item.cannotBe)
          .filter(Pending.Item::isWaiting)
          .forEach(author::drop);
      author.release(making.get());
    } else if (own.isEmpty() && !author.isThere.test(id)) {
      wanted.add(id);
    }
  }

  private static Set<UUID> references(Operation step) {
    if (step instanceof Operation.Create create) {
      return Dependencies.of(create.properties());
    }
    return step instanceof Operation.Set set ? Dependencies.of(set.value()) : Set.of();
  }
}
