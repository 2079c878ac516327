package org.multiuser.server.room;

import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.delta.Dependencies;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * The image at one number on its way to one subscriber (SPEC SN1–SN4). One node is encoded at a
 * time, when the one before is sent.
 */
final class SnapshotStream {
  private static final int PROPERTIES_ESTIMATE_BYTES = 512;

  private final long sequence;
  private final Iterator<Node> nodes;
  private final NodeCodec codec;
  private long index;
  private boolean ended;

  /**
   * A stream of these nodes; its first message goes into the queue at once.
   *
   * @param nodes an immutable copy
   */
  SnapshotStream(
      UUID incarnation, long sequence, List<Node> nodes, NodeCodec codec, Deque<Packet> queue) {
    this.sequence = sequence;
    this.codec = codec;
    this.nodes = Dependencies.order(nodes).iterator();
    queue.add(
        new Packet(
            new Message.SnapshotBegin(incarnation, sequence, nodes.size(), estimateBytes(nodes))));
  }

  /** The number that the image has. */
  long sequence() {
    return sequence;
  }

  /** Puts the next node's messages into the queue, or the end; false if all has been said. */
  boolean next(Deque<Packet> queue) {
    if (ended) {
      return false;
    }
    if (!nodes.hasNext()) {
      ended = true;
      queue.add(new Packet(new Message.SnapshotEnd(sequence)));
      return true;
    }
    for (Parts.Part part : Parts.split(codec.encode(nodes.next()))) {
      queue.add(
          new Packet(
              new Message.SnapshotPart(index, part.totalBytes(), part.offset(), part.bytes())));
    }
    index++;
    return true;
  }

  private static long estimateBytes(List<Node> nodes) {
    long sum = 0;
    for (Node node : nodes) {
      sum += PROPERTIES_ESTIMATE_BYTES;
      for (Buffer buffer : node.buffers().values()) {
        sum += buffer.bytes().length;
      }
    }
    return sum;
  }
}
