package org.multiuser.protocol.delta;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.LogEntry.Committed;
import org.multiuser.protocol.commit.LogEntry.OwnerChanged;
import org.multiuser.protocol.model.Node;

/**
 * What a session holds at one number of its log (SPEC LO1): all nodes, and that number. Not
 * thread-safe: it belongs to one stepped core; others get a {@link Snapshot}.
 */
public final class Image {
  private final Map<UUID, Node> nodes = new LinkedHashMap<>();
  private long sequence;

  /** The empty image at number 0. */
  public Image() {}

  /** The image that a snapshot of this number brought. */
  public Image(long sequence, Collection<Node> nodes) {
    this.sequence = sequence;
    nodes.forEach(node -> this.nodes.put(node.id(), node));
  }

  /** The number of the last entry applied, 0 if there was none. */
  public long sequence() {
    return sequence;
  }

  /** The node with this identity, if it exists. */
  public Optional<Node> node(UUID id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /** All nodes, in the order they came into being; a live view that cannot be changed. */
  public Collection<Node> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  /**
   * Applies the next entry of the log.
   *
   * @throws IllegalArgumentException if its number is not the next one
   */
  public void apply(LogEntry entry) {
    if (entry.sequence() != sequence + 1) {
      throw new IllegalArgumentException(
          "entry " + entry.sequence() + " cannot follow entry " + sequence);
    }
    if (entry instanceof Committed committed) {
      UUID id = committed.commit().node();
      Node after = Applier.apply(nodes.get(id), committed.commit(), entry.sequence());
      if (after == null) {
        nodes.remove(id);
      } else {
        nodes.put(id, after);
      }
    } else if (entry instanceof OwnerChanged changed) {
      changed.nodes().forEach(id -> nodes.computeIfPresent(id, (key, node) -> own(node, changed)));
    }
    sequence = entry.sequence();
  }

  /** An immutable copy that any thread may read; shares the nodes, so it costs a map's copy. */
  public Snapshot snapshot() {
    return new Snapshot(sequence, List.copyOf(nodes.values()));
  }

  private static Node own(Node node, OwnerChanged changed) {
    return new Node(
        node.id(),
        node.type(),
        changed.owner(),
        changed.sequence(),
        node.structure(),
        node.properties(),
        node.buffers());
  }

  /**
   * All nodes at one number.
   *
   * @param sequence the number of the last entry in it
   * @param nodes the nodes, in the order they came into being
   */
  public record Snapshot(long sequence, List<Node> nodes) {
    public Snapshot {
      nodes = List.copyOf(nodes);
    }

    /** The nodes, each after those it refers to (SPEC SN2). */
    public List<Node> inDependencyOrder() {
      return Dependencies.order(nodes);
    }
  }
}
