package org.multiuser.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;

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

    /** Whether it waits until the artist pushes it (BR18). */
    boolean isWaiting() {
      return ByHand.isWaiting(commit.counter());
    }

    /** Whether it brings its node into being. */
    boolean creates() {
      return commit.operations().get(0) instanceof Operation.Create;
    }
  }

  private final NavigableMap<Long, Item> byCounter = new TreeMap<>();
  private final Map<UUID, NavigableMap<Long, Item>> byNode = new HashMap<>();
  private long sentUpTo;
  private int waiting;

  Item add(Commit commit, int offers) {
    Item item = new Item(commit, offers);
    byCounter.put(commit.counter(), item);
    waiting += item.isWaiting() ? 1 : 0;
    byNode.computeIfAbsent(commit.node(), id -> new TreeMap<>()).put(commit.counter(), item);
    return item;
  }

  Item get(long counter) {
    return byCounter.get(counter);
  }

  Item remove(long counter) {
    Item item = byCounter.remove(counter);
    if (item != null) {
      waiting -= item.isWaiting() ? 1 : 0;
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

  /** Whether others to its node come after a commit and none before it. */
  boolean isFirstOfMany(Item item) {
    NavigableMap<Long, Item> own = byNode.get(item.commit.node());
    return own.size() > 1 && own.firstKey() == item.commit.counter();
  }

  /** Whether a node's last commit waits for the artist. */
  boolean endsWaiting(UUID node) {
    NavigableMap<Long, Item> own = byNode.get(node);
    return own != null && ByHand.isWaiting(own.lastKey());
  }

  /** Those that wait for the artist, in order; a copy. */
  List<Item> waiting() {
    return byCounter.descendingMap().values().stream()
        .takeWhile(Item::isWaiting)
        .sorted(Comparator.comparingLong(item -> item.commit.counter()))
        .toList();
  }

  /** How many wait for the artist. */
  int waitingCount() {
    return waiting;
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

  /** The counter of the last one that does not wait for the artist, 0 if there is none. */
  long last() {
    Long key = byCounter.lowerKey(ByHand.FIRST);
    return key == null ? 0 : key;
  }

  /** The first one that is still to be sent over the present link, or null. */
  Item unsent() {
    for (Item item : byCounter.tailMap(sentUpTo, false).values()) {
      if (!item.stale) {
        return item.isWaiting() ? null : item;
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
    waiting = 0;
  }
}
