package org.multiuser.app;

import java.util.HexFormat;
import java.util.List;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.model.Node;

/** What replicas that are equal byte for byte have in common (SPEC NO5). Pure. */
final class ReplicaHash {
  private ReplicaHash() {}

  /** How many nodes and different names there are, and a hash over all content hashes. */
  static String of(List<Node> nodes) {
    long names =
        nodes.stream().map(node -> node.properties().values().get("name")).distinct().count();
    return nodes.size()
        + " nodes, "
        + names
        + " names, hash "
        + HexFormat.of().formatHex(ContentHash.of(nodes));
  }
}
