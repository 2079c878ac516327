package org.multiuser.repository;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.model.Node;

/**
 * Makes this artist's commits and keeps them until they are settled (SPEC CM3, CM9, AC2); knows
 * what others wrote since.
 */
final class Author {
  final UUID id;
  final Pending pending = new Pending();
  final Writers writers = new Writers();
  final ByHand byHand = new ByHand();

  /** Whether a node is there as the artist should see it. */
  Predicate<UUID> isThere = node -> false;

  private final TakenAlong along = new TakenAlong(this);
  private final LongSupplier tokens;
  private final PendingStore store;
  private final Catalogue catalogue;
  private long counter;

  Author(UUID id, LongSupplier tokens, PendingStore store, Catalogue catalogue) {
    this.catalogue = catalogue;
    this.id = id;
    this.tokens = tokens;
    this.store = store;
  }

  /** Takes over the commits that an earlier agent left behind. */
  void restore(Collection<Commit> commits) {
    commits.forEach(commit -> pending.add(commit, 0));
    commits.forEach(commit -> byHand.used(commit.counter()));
    commits.forEach(commit -> writers.wrote(commit, true));
    counter = pending.last();
  }

  /**
   * Makes a commit and keeps it as pending. On a node on which some wait it waits, too: it comes
   * after them.
   *
   * @param on the node as it is before
   * @param newStructure the node's structure token from now on, 0 to leave it
   */
  Commit commit(Node on, long newStructure, List<Operation> steps) {
    boolean waits = byHand.holds(on.type()) || pending.endsWaiting(on.id());
    return commit(on, newStructure, steps, 0, waits);
  }

  /**
   * The same, of a version that was offered before.
   *
   * @param offers how often (SPEC CM8)
   * @param waits whether until the artist pushes it, unless it is wanted along with what went out
   */
  Commit commit(Node on, long newStructure, List<Operation> steps, int offers, boolean waits) {
    boolean creates = steps.stream().limit(1).anyMatch(Operation.Create.class::isInstance);
    boolean held = !(creates && along.isWanted(on.id())) && waits;
    long number = held ? byHand.next() : ++counter;
    Commit commit = new Commit(id, number, on.id(), on.structure(), newStructure, steps);
    store.append(commit);
    pending.add(commit, offers);
    writers.wrote(commit, true);
    catalogue.changed(on.id());
    if (!held) {
      along.goesOut(commit);
    }
    return commit;
  }

  /**
   * A commit that waited goes out: it gets a counter of its place, and takes along what it needs.
   */
  void release(Pending.Item item) {
    Commit waited = item.commit;
    Commit commit =
        new Commit(
            id,
            ++counter,
            waited.node(),
            waited.structure(),
            waited.newStructure(),
            waited.operations());
    store.release(waited.counter(), commit);
    pending.remove(waited.counter());
    pending.add(commit, item.offers).cannotBe = item.cannotBe;
    catalogue.changed(commit.node());
    along.goesOut(commit);
  }

  /**
   * Somebody else's commit took its place in the order; what is pending here comes after it. A name
   * that the server gave is nobody's work (SPEC NA2): the node stays with who wrote it.
   */
  void otherWrote(Commit commit) {
    if (commit.author().equals(Commit.SERVER)) {
      return;
    }
    writers.wrote(commit, false);
    along.isMade(commit.node());
    pendingWrote(commit.node());
  }

  /**
   * The image came anew: what changed in it since is somebody else's work, as far as one knows;
   * what is pending here comes after it.
   */
  void otherImage(Image before, Image now) {
    for (Node node : before.nodes()) {
      if (now.node(node.id()).isEmpty()) {
        writers.othersDeleted(node.id());
        pendingWrote(node.id());
      }
    }
    for (Node node : now.nodes()) {
      long known = before.node(node.id()).map(Node::revision).orElse(-1L);
      if (node.revision() != known) {
        writers.forget(node.id());
        pendingWrote(node.id());
      }
    }
  }

  /**
   * A commit was settled while the log was trimmed, and its node is not there: what this artist
   * made and did not delete others deleted.
   */
  void isGone(Commit commit) {
    for (Operation step : commit.operations()) {
      if (step instanceof Operation.Create) {
        writers.othersDeleted(commit.node());
      } else if (step instanceof Operation.Delete) {
        writers.wrote(commit, true);
      }
    }
    pendingWrote(commit.node());
  }

  private void pendingWrote(UUID node) {
    pending.of(node).stream()
        .filter(item -> !item.cannotBe)
        .forEach(item -> writers.wrote(item.commit, true));
  }

  /** A commit has its place in the order. */
  void settle(Pending.Item item) {
    pending.remove(item.commit.counter());
    store.settle(item.commit.counter());
    catalogue.changed(item.commit.node());
  }

  /** The server will refuse a commit, which does not fit the node that others made or deleted. */
  void cannotBe(Pending.Item item) {
    item.cannotBe = true;
    writers.undo(item.commit);
    pendingWrote(item.commit.node());
  }

  /** The server may take a commit: it fits the node as it is now. */
  void canBe(Pending.Item item) {
    if (item.cannotBe) {
      item.cannotBe = false;
      pendingWrote(item.commit.node());
    }
  }

  /** A commit was refused or taken back, or others may have written over it since. */
  void drop(Pending.Item item) {
    settle(item);
    writers.undo(item.commit);
    pendingWrote(item.commit.node());
  }

  /** Ends all pending commits, which were made for this incarnation; a copy is kept. */
  void setAside(UUID incarnation) {
    if (pending.size() > 0) {
      store.setAside(incarnation);
    }
    pending.clear();
    along.forget();
    writers.forget();
  }

  /** The server knows commits up to this counter: the next ones count on from there. */
  void atLeast(long settledCounter) {
    counter = Math.max(counter, settledCounter);
  }

  /** Draws a structure token (SPEC CM9). */
  long token() {
    long token;
    do {
      token = tokens.getAsLong();
    } while (token == 0);
    return token;
  }
}
