package org.multiuser.protocol.delta;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.model.Node;

/**
 * Which of some nodes have which name (SPEC NA1). Each change and question takes the same time,
 * however many nodes there are. Not thread-safe: it belongs to one stepped core.
 */
public final class NameIndex {
  private final Map<Key, Set<UUID>> holders = new HashMap<>();

  /** By the name without its number: the number that was found free last. */
  private final Map<Key, Integer> numbers = new HashMap<>();

  private record Key(String namespace, String name) {}

  private static Optional<Key> key(Node node) {
    return Names.of(node).map(name -> new Key(Names.namespace(node.type()), name));
  }

  /**
   * A node became another one; null for one that is not there.
   *
   * @return whether its name, or that it has one there, is another now
   */
  public boolean put(Node before, Node after) {
    Optional<Key> old = key(before);
    Optional<Key> now = key(after);
    if (old.equals(now)) {
      return false;
    }
    old.ifPresent(key -> holders.computeIfPresent(key, (k, ids) -> without(ids, before.id())));
    now.ifPresent(key -> holders.merge(key, Set.of(after.id()), NameIndex::both));
    return true;
  }

  /** Forgets all. */
  public void clear() {
    holders.clear();
    numbers.clear();
  }

  /** The nodes that have this node's name, itself among them; empty if it has none. */
  public Set<UUID> holders(Node node) {
    return key(node)
        .map(key -> Collections.unmodifiableSet(holders.getOrDefault(key, Set.of())))
        .orElse(Set.of());
  }

  /**
   * A name for this node that none has, made of its own and a number as Blender does (SPEC NA3).
   */
  public String free(Node node) {
    String wanted = Names.of(node).orElseThrow();
    String namespace = Names.namespace(node.type());
    Key stem = new Key(namespace, Names.stem(wanted));
    int number = numbers.getOrDefault(stem, 0);
    String name;
    do {
      number++;
      name = Names.numbered(wanted, number);
    } while (holders.containsKey(new Key(namespace, name)));
    numbers.put(stem, number);
    return name;
  }

  private static Set<UUID> without(Set<UUID> ids, UUID id) {
    if (ids.size() == 1) {
      return ids.contains(id) ? null : ids;
    }
    ids.remove(id);
    return ids;
  }

  private static Set<UUID> both(Set<UUID> some, Set<UUID> more) {
    Set<UUID> all = some.size() == 1 ? new HashSet<>(some) : some;
    all.addAll(more);
    return all;
  }
}
