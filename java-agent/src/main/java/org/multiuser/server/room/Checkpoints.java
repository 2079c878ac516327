package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * Keeps the way from the store back to the session short (SPEC DU3, DU4): now and then the nodes
 * that changed are kept as an image, in small slices between the session's own batches, so that no
 * acknowledgement waits long; and the log far behind the image is forgotten bit by bit.
 */
final class Checkpoints {
  private final Journal journal;
  private final ImagePace pace;
  private final Set<UUID> dirty = new LinkedHashSet<>();
  private final Deque<UUID> underWay = new ArrayDeque<>();
  private long reached = -1;
  private long bytes;
  private int entries;
  private long bytesSinceTrim;
  private int entriesSinceTrim;

  /** Images to be made at once, one after the other: the log goes with the second (SPEC DU4). */
  private int hurried;

  Checkpoints(Journal journal, ImagePace pace) {
    this.journal = journal;
    this.pace = pace;
  }

  /** A line that changed these nodes is durable, and not in the image. */
  void count(StoreChange.Entry entry, Collection<UUID> changed) {
    restored(entry, changed);
    bytesSinceTrim += entry.bytes().length;
    entriesSinceTrim++;
    if (entriesSinceTrim >= pace.trimEntries() || bytesSinceTrim >= pace.trimBytes()) {
      journal.keep(new StoreChange.Trim(2 * entriesSinceTrim, 2 * bytesSinceTrim));
      bytesSinceTrim = 0;
      entriesSinceTrim = 0;
    }
  }

  /** As {@link #count}, of a line that the store brought. */
  void restored(StoreChange.Entry entry, Collection<UUID> changed) {
    dirty.addAll(changed);
    bytes += entry.bytes().length;
    entries++;
  }

  /** Room is wanted: two images are due, and with them all of the log that they allow to go. */
  void hurry() {
    if (entries > 0) {
      hurried = 2;
    }
  }

  /** The log starts anew. */
  void restart() {
    dirty.clear();
    underWay.clear();
    reached = -1;
    bytes = 0;
    entries = 0;
    hurried = 0;
  }

  /**
   * Keeps the next slice of the image, if it is time for one; to be called after each batch.
   *
   * @param durable the nodes as of the durable sequence
   */
  void advance(Map<UUID, Node> durable, long durableSequence) {
    boolean due = hurried > 0 || bytes > pace.dueBytes() || entries > pace.dueEntries();
    if (reached < 0 && due) {
      reached = durableSequence;
      underWay.addAll(dirty);
      dirty.clear();
      bytes = 0;
      entries = 0;
    }
    if (reached >= 0) {
      slice(durable);
    }
  }

  private void slice(Map<UUID, Node> durable) {
    long sliceBytes = 0;
    for (int i = 0;
        i < pace.sliceNodes() && sliceBytes < pace.sliceBytes() && !underWay.isEmpty();
        i++) {
      UUID id = underWay.poll();
      Node node = durable.get(id);
      journal.keep(node == null ? new StoreChange.DropNode(id) : new StoreChange.PutNode(node));
      sliceBytes += node == null ? 0 : sizeOf(node);
    }
    if (underWay.isEmpty()) {
      journal.keepImage(new StoreChange.Checkpoint(reached));
      reached = -1;
      if (hurried > 0) {
        hurried--;
        journal.keep(new StoreChange.Trim(Integer.MAX_VALUE, Long.MAX_VALUE));
      }
    }
  }

  private static long sizeOf(Node node) {
    long sum = 0;
    for (Buffer buffer : node.buffers().values()) {
      sum += buffer.bytes().length;
    }
    return sum;
  }
}
