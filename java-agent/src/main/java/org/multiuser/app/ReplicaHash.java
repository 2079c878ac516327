package org.multiuser.app;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.model.Node;

/** What replicas that are equal byte for byte have in common (SPEC NO5). Pure. */
final class ReplicaHash {
  private ReplicaHash() {}

  /** How many nodes and different names there are, and a hash over all content hashes. */
  static String of(List<Node> nodes) {
    MessageDigest all;
    try {
      all = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256; use a complete one", e);
    }
    nodes.stream()
        .sorted(Comparator.comparing(Node::id))
        .forEach(node -> all.update(ContentHash.of(node)));
    long names =
        nodes.stream().map(node -> node.properties().values().get("name")).distinct().count();
    return nodes.size()
        + " nodes, "
        + names
        + " names, hash "
        + HexFormat.of().formatHex(all.digest());
  }
}
