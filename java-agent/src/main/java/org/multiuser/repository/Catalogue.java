package org.multiuser.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Which nodes would be listed otherwise than before, by a number that rises with every change, so
 * that a reader can be told of what is new alone (BR32); with what only the list needs to know of a
 * node. There is one reader.
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

  private final LongSupplier wallMillis;
  private final TreeMap<Long, UUID> byNumber = new TreeMap<>();
  private final Map<UUID, Long> numbers = new HashMap<>();
  private final Map<UUID, Written> written = new HashMap<>();
  private final Map<UUID, String> refused = new HashMap<>();
  private final List<UUID> toldGone = new ArrayList<>();
  private long number;

  /**
   * An empty catalogue.
   *
   * @param wallMillis the time since 1970
   */
  Catalogue(LongSupplier wallMillis) {
    this.wallMillis = wallMillis;
  }

  /** A node would be listed otherwise. */
  void changed(UUID id) {
    number++;
    Long before = numbers.put(id, number);
    if (before != null) {
      byNumber.remove(before);
    }
    byNumber.put(number, id);
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
   * @param rows makes a node's row, null if it is gone
   */
  Page since(long since, int most, Function<UUID, Row> rows) {
    forgetTold(since, rows);
    List<Row> found = new ArrayList<>();
    List<UUID> gone = new ArrayList<>();
    long upTo = since;
    for (Map.Entry<Long, UUID> entry : byNumber.tailMap(since, false).entrySet()) {
      if (found.size() + gone.size() >= Math.min(most, MAX_ROWS)) {
        toldGone.addAll(gone);
        return new Page(upTo, true, found, gone);
      }
      upTo = entry.getKey();
      Row row = rows.apply(entry.getValue());
      if (row == null) {
        gone.add(entry.getValue());
      } else {
        found.add(row);
      }
    }
    toldGone.addAll(gone);
    return new Page(upTo, false, found, gone);
  }

  /** Who asks on from a number was told of what went before it. */
  private void forgetTold(long since, Function<UUID, Row> rows) {
    for (UUID id : toldGone) {
      Long at = numbers.get(id);
      if (at != null && at <= since && rows.apply(id) == null) {
        numbers.remove(id);
        byNumber.remove(at);
        written.remove(id);
        refused.remove(id);
      }
    }
    toldGone.clear();
  }
}
