package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.delta.Image;
import org.multiuser.repository.PendingStore;

/**
 * What an artist's agent keeps of its commits over its own end, and what the server said of them.
 */
final class SimDisk implements PendingStore {
  /** The number of the author's image, now. */
  private final LongSupplier known;

  private final Map<Long, Commit> pending = new TreeMap<>();
  private final Set<Long> refused = new HashSet<>();
  private List<Commit> news = new ArrayList<>();

  /** Everything that was ever committed, with what its author held then, by counter. */
  final Map<Long, List<Made>> commits = new TreeMap<>();

  /** Commits that the server said are durable, by counter. */
  final Set<Long> accepted = new HashSet<>();

  /**
   * A commit and what its author knew.
   *
   * @param known the number of the author's image when it was made
   */
  record Made(Commit commit, long known) {}

  SimDisk(LongSupplier known) {
    this.known = known;
  }

  @Override
  public void append(Commit commit) {
    news.add(commit);
    keep(commit);
  }

  @Override
  public void release(long waited, Commit commit) {
    pending.remove(waited);
    keep(commit);
  }

  private void keep(Commit commit) {
    pending.put(commit.counter(), commit);
    commits
        .computeIfAbsent(commit.counter(), key -> new ArrayList<>())
        .add(new Made(commit, known.getAsLong()));
  }

  @Override
  public void settle(long counter) {
    pending.remove(counter);
  }

  @Override
  public void setAside(UUID incarnation) {
    pending.clear();
  }

  /** What was committed since this was asked last. */
  List<Commit> takeNews() {
    List<Commit> taken = news;
    news = new ArrayList<>();
    return taken;
  }

  /** The commits that are not settled, in the order of their counters. */
  Collection<Commit> pending() {
    return pending.values();
  }

  /** The commit with this counter, or null if it is settled. */
  Commit pending(long counter) {
    return pending.get(counter);
  }

  /** The counters of what is not settled. */
  Set<Long> counters() {
    return new HashSet<>(pending.keySet());
  }

  void refused(long counter) {
    refused.add(counter);
  }

  /**
   * Which of these commits the server neither took nor refused. Those do not count that write into
   * arrays of a structure that is no more (SPEC CM9): the client takes them back itself.
   */
  Set<Long> unanswered(Set<Long> counters, Image image) {
    Set<Long> left = new HashSet<>(counters);
    left.removeAll(accepted);
    left.removeAll(refused);
    left.removeIf(
        counter -> commits.get(counter).stream().allMatch(made -> isOld(made.commit(), image)));
    return left;
  }

  private static boolean isOld(Commit commit, Image image) {
    return commit.structure() != 0
        && image
            .node(commit.node())
            .filter(node -> node.structure() == commit.structure())
            .isEmpty();
  }
}
