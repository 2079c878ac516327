package org.multiuser.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which nodes would be listed otherwise than before, by a number that rises with every change, so
 * that a reader can be told of what is new alone (BR32); with what only the list needs to know of a
 * node. There is one reader, who may never ask: of a node that came and went without being told
 * nothing stays for long.
 */
public final class Catalogue {
  /** How many rows are told at once at most. */
  public static final int MAX_ROWS = 2_000;

  /**
   * What changed since a number.
   *
   * @param upTo the number to ask with next
   * @param more whether there is more than this
   * @param gone nodes that are not there any more
   */
  public record Page(long upTo, boolean more, List<Row> rows, List<UUID> gone) {
    public Page {
      rows = List.copyOf(rows);
      gone = List.copyOf(gone);
    }
  }

  /** Who wrote last, and when. */
  record Written(UUID author, long millis) {}

  /**
   * How many nodes there are at least before it is looked for those of which nothing is to stay.
   */
  private static final int SWEPT_NODES = 4_000;

  private final LongSupplier wallMillis;
  private final Predicate<UUID> isThere;
  private final TreeMap<Long, UUID> byNumber = new TreeMap<>();
  private final Map<UUID, Long> numbers = new HashMap<>();
  private final Map<UUID, Written> written = new HashMap<>();
  private final Map<UUID, String> refused = new HashMap<>();

  /** The nodes that the reader was told of, and not that they are gone. */
  private final Set<UUID> told = new HashSet<>();

  private final List<UUID> toldGone = new ArrayList<>();
  private int sweptAt = SWEPT_NODES;
  private long number;

  /**
   * An empty catalogue.
   *
   * @param wallMillis the time since 1970
   * @param isThere whether a node has a row
   */
  Catalogue(LongSupplier wallMillis, Predicate<UUID> isThere) {
    this.wallMillis = wallMillis;
    this.isThere = isThere;
  }

  /** A node would be listed otherwise. */
  void changed(UUID id) {
    number++;
    Long before = numbers.put(id, number);
    if (before != null) {
      byNumber.remove(before);
    }
    byNumber.put(number, id);
    if (numbers.size() > sweptAt) {
      sweep(id);
    }
  }

  /** Forgets what is gone and was never told, but for the one that is just becoming another one. */
  private void sweep(UUID except) {
    for (UUID id : List.copyOf(numbers.keySet())) {
      if (!id.equals(except) && !isThere.test(id) && !told.contains(id)) {
        forget(id);
      }
    }
    sweptAt = Math.max(SWEPT_NODES, 2 * numbers.size()); // So a sweep costs each change little.
  }

  private void forget(UUID id) {
    byNumber.remove(numbers.remove(id));
    written.remove(id);
    refused.remove(id);
    told.remove(id);
  }

  /** How many nodes something is known of. */
  int size() {
    return numbers.size();
  }

  /** A commit to a node took its place in the order. */
  void wrote(UUID id, UUID author, boolean mine) {
    written.put(id, new Written(author, wallMillis.getAsLong()));
    if (mine) {
      refused.remove(id);
    }
    changed(id);
  }

  /** An edit of this artist was refused, or (null) that is of no matter any more. */
  void refused(UUID id, String why) {
    if (why != null) {
      refused.put(id, why);
      changed(id);
    } else if (refused.remove(id) != null) {
      changed(id);
    }
  }

  /** Who wrote to a node last, and when; with nobody if that is not known. */
  Written written(UUID id) {
    return written.getOrDefault(id, new Written(null, 0));
  }

  /** Why the last edit was refused, or empty. */
  String refused(UUID id) {
    return refused.getOrDefault(id, "");
  }

  /** The number of the last change. */
  long number() {
    return number;
  }

  /**
   * What changed since a number, in its order.
   *
   * @param since 0 for a reader who knows nothing
   * @param rows makes the row of a node that is there
   */
  Page since(long since, int most, Function<UUID, Row> rows) {
    forgetTold(since);
    List<Row> found = new ArrayList<>();
    List<UUID> gone = new ArrayList<>();
    long upTo = since;
    for (Map.Entry<Long, UUID> entry : byNumber.tailMap(since, false).entrySet()) {
      if (found.size() + gone.size() >= Math.min(most, MAX_ROWS)) {
        toldGone.addAll(gone);
        return new Page(upTo, true, found, gone);
      }
      upTo = entry.getKey();
      UUID id = entry.getValue();
      if (isThere.test(id)) {
        found.add(rows.apply(id));
        told.add(id);
      } else if (told.contains(id)) {
        gone.add(id);
      }
    }
    toldGone.addAll(gone);
    return new Page(upTo, false, found, gone);
  }

  /** Who asks on from a number was told of what went before it. */
  private void forgetTold(long since) {
    for (UUID id : toldGone) {
      Long at = numbers.get(id);
      if (at != null && at <= since && !isThere.test(id)) {
        forget(id);
      }
    }
    toldGone.clear();
    if (since == 0) {
      told.clear();
    }
  }
}
