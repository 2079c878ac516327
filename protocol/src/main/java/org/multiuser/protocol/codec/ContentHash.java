package org.multiuser.protocol.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    try {
      return MessageDigest.getInstance("SHA-256").digest(CANONICAL.encode(timeless));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256; use a complete one", e);
    }
  }
}
