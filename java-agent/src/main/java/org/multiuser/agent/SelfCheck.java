package org.multiuser.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;

/**
 * Compares the repository's image with the server's, a few nodes at a time (SPEC VR). What was
 * found equal is looked at again only after it changed, or after a while. Stepped.
 */
final class SelfCheck {
  /** What one step hashes at most before it leaves the rest to the next: a few milliseconds. */
  static final long STEP_BYTES = 4 << 20;

  private static final long PAUSE_NANOS = 5_000_000_000L;
  private static final long AGAIN_NANOS = 600_000_000_000L;
  private static final long NODE_BYTES = 256;

  private final Outgoing out;
  private final Map<UUID, Long> equalAt = new HashMap<>();
  private boolean linked;
  private List<Message.NodeHash> asked = List.of();
  private long request = -1;
  private long dueNanos;
  private long forgetNanos;
  private boolean hurried;
  private long compared;
  private long differing;
  private List<Message.Comparison> members = List.of();

  SelfCheck(Outgoing out) {
    this.out = out;
  }

  /** The links are new ones. */
  void restart(long nowNanos) {
    linked = true;
    request = -1;
    dueNanos = hurried ? nowNanos : nowNanos + PAUSE_NANOS;
  }

  /** Everything is to be compared now, without pauses. */
  void hurry(long nowNanos) {
    equalAt.clear();
    compared = 0;
    differing = 0;
    hurried = true;
    dueNanos = nowNanos;
  }

  /** Asks for the next comparison if it is due; to be called while the image is that of the log. */
  void step(Image image, long nowNanos) {
    if (!linked || request >= 0 || nowNanos - dueNanos < 0) {
      return;
    }
    if (nowNanos - forgetNanos >= AGAIN_NANOS) {
      forgetNanos = nowNanos;
      equalAt.clear();
    }
    asked = next(image);
    if (asked.isEmpty() && !hurried) {
      dueNanos = nowNanos + PAUSE_NANOS;
      return;
    }
    hurried &= !asked.isEmpty();
    request = out.nextRequest();
    out.send(Channel.COMMANDS, new Message.Verify(request, asked));
  }

  private List<Message.NodeHash> next(Image image) {
    List<Message.NodeHash> found = new ArrayList<>();
    long bytes = 0;
    for (Node node : image.nodes()) {
      if (Long.valueOf(node.revision()).equals(equalAt.get(node.id()))) {
        continue;
      }
      if (bytes >= STEP_BYTES || found.size() == Limits.VERIFIED_NODES) {
        break;
      }
      found.add(new Message.NodeHash(node.id(), node.revision(), ContentHash.of(node)));
      bytes +=
          NODE_BYTES + node.buffers().values().stream().mapToLong(it -> it.bytes().length).sum();
    }
    return Collections.unmodifiableList(found);
  }

  /**
   * The server's answer.
   *
   * @return how many nodes differ, 0 also for the answer to what was asked over older links
   */
  int answered(Message.Verified verified, long nowNanos) {
    if (verified.request() != request) {
      return 0;
    }
    request = -1;
    dueNanos = hurried ? nowNanos : nowNanos + PAUSE_NANOS;
    members = verified.members();
    compared += verified.compared();
    differing += verified.differing().size();
    for (Message.NodeHash one : asked) {
      equalAt.put(one.node(), one.revision());
    }
    verified.differing().forEach(equalAt::remove);
    return verified.differing().size();
  }

  /** The server did not compare, and says why in a message of its own. */
  boolean refused(long refusedRequest, long nowNanos) {
    if (refusedRequest != request) {
      return false;
    }
    request = -1;
    dueNanos = nowNanos + PAUSE_NANOS;
    return true;
  }

  /** When {@link #step} is due. */
  long dueNanos() {
    return request >= 0 || !linked ? Long.MAX_VALUE : dueNanos;
  }

  /** What came of it since the start, or since everything was to be compared. */
  Verification result() {
    return new Verification(!hurried && request < 0, compared, differing, members);
  }
}
