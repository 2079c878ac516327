package org.multiuser.server.room;

import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.model.Node;

/**
 * Applies lines of the log to nodes, some of which may be ahead of the line: a checkpoint is
 * written in slices while the session goes on, so a node in it may hold later lines than the
 * checkpoint's number says (SPEC DU3). Its revision tells (SPEC NO2): a line that is not above it
 * is in it already. A node that is ahead by being gone needs no such mark: what lines do to it ends
 * with its deletion. Pure, but for the map.
 */
public final class Replay {
  private Replay() {}

  /** Applies a line where it is not applied yet. */
  public static void apply(Map<UUID, Node> nodes, LogEntry entry) {
    if (entry instanceof LogEntry.Committed committed) {
      UUID id = committed.commit().node();
      Node before = nodes.get(id);
      if (before == null || before.revision() < entry.sequence()) {
        put(nodes, id, Applier.apply(before, committed.commit(), entry.sequence()));
      }
    } else if (entry instanceof LogEntry.OwnerChanged changed) {
      for (UUID id : changed.nodes()) {
        nodes.computeIfPresent(
            id,
            (key, node) ->
                node.revision() < entry.sequence()
                    ? owned(node, changed.owner(), entry.sequence())
                    : node);
      }
    }
  }

  /** Puts a node in its place, or takes it away where it is null. */
  static void put(Map<UUID, Node> nodes, UUID id, Node node) {
    if (node == null) {
      nodes.remove(id);
    } else {
      nodes.put(id, node);
    }
  }

  private static Node owned(Node node, UUID owner, long revision) {
    return new Node(
        node.id(),
        node.type(),
        owner,
        revision,
        node.structure(),
        node.properties(),
        node.buffers());
  }
}
