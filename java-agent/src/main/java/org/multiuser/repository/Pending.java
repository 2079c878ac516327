package org.multiuser.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;

/** The commits that the server has not settled, in the order of their counters (SPEC AC2). */
final class Pending {
  /** A commit and what has become of it so far. */
  static final class Item {
    final Commit commit;

    /** How often the artist's version was offered anew because of a stale structure. */
    final int offers;

    /** Whether it was ever on the way, so that the server may have taken it. */
    boolean everSent;

    /** Whether it is on the way over the present link. */
    boolean sent;

    /** Whether the server refused it as stale and the entry that made it so is still to come. */
    boolean stale;

    /** Whether it does not fit the node that others made or deleted, so that it will be refused. */
    boolean cannotBe;

    Item(Commit commit, int offers) {
      this.commit = commit;
      this.offers = offers;
    }
  }

  private final NavigableMap<Long, Item> byCounter = new TreeMap<>();
  private final Map<UUID, NavigableMap<Long, Item>> byNode = new HashMap<>();
  private long sentUpTo;

  Item add(Commit commit, int offers) {
    Item item = new Item(commit, offers);
    byCounter.put(commit.counter(), item);
    byNode.computeIfAbsent(commit.node(), id -> new TreeMap<>()).put(commit.counter(), item);
    return item;
  }

  Item get(long counter) {
    return byCounter.get(counter);
  }

  Item remove(long counter) {
    Item item = byCounter.remove(counter);
    if (item != null) {
      NavigableMap<Long, Item> own = byNode.get(item.commit.node());
      own.remove(counter);
      if (own.isEmpty()) {
        byNode.remove(item.commit.node());
      }
    }
    return item;
  }

  /** A node's commits in order; a copy. */
  List<Item> of(UUID node) {
    NavigableMap<Long, Item> own = byNode.get(node);
    return own == null ? List.of() : new ArrayList<>(own.values());
  }

  boolean has(UUID node) {
    return byNode.containsKey(node);
  }

  /** All of them with a counter up to this one; a copy. */
  List<Item> upTo(long counter) {
    return new ArrayList<>(byCounter.headMap(counter, true).values());
  }

  Collection<UUID> nodes() {
    return byNode.keySet();
  }

  int size() {
    return byCounter.size();
  }

  long last() {
    return byCounter.isEmpty() ? 0 : byCounter.lastKey();
  }

  /** The first one that is still to be sent over the present link, or null. */
  Item unsent() {
    for (Item item : byCounter.tailMap(sentUpTo, false).values()) {
      if (!item.stale) {
        return item;
      }
    }
    return null;
  }

  void sent(long counter) {
    sentUpTo = Math.max(sentUpTo, counter);
    Item item = byCounter.get(counter);
    if (item != null) {
      item.sent = true;
      item.everSent = true;
    }
  }

  /** The link is a new one: everything is to be sent again. */
  void newLink() {
    sentUpTo = 0;
    byCounter.values().forEach(item -> item.sent = false);
  }

  void clear() {
    byCounter.clear();
    byNode.clear();
    sentUpTo = 0;
  }
}
