package org.multiuser.protocol.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import org.multiuser.protocol.model.Node;

/** Names a node's contents by their bytes (SPEC NO5). */
public final class ContentHash {
  private static final NodeCodec CANONICAL = new NodeCodec(BulkCodec.raw());

  private ContentHash() {}

  /** The 32 bytes that equal nodes have in common, whatever their revision. */
  public static byte[] of(Node node) {
    Node timeless =
        new Node(
            node.id(),
            node.type(),
            node.owner(),
            0,
            node.structure(),
            node.properties(),
            node.buffers());
    return sha256().digest(CANONICAL.encode(timeless));
  }

  /** The 32 bytes that replicas with equal nodes have in common, in whatever order they come. */
  public static byte[] of(Collection<Node> nodes) {
    MessageDigest all = sha256();
    nodes.stream().sorted(Comparator.comparing(Node::id)).forEach(node -> all.update(of(node)));
    return all.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256; use a complete one", e);
    }
  }
}
