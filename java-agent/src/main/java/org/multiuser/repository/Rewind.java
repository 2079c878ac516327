package org.multiuser.repository;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.BufferDiff;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * Parts what undo or redo changed (BR23): what this artist wrote last is an edit of theirs, the
 * rest is somebody else's work and is to be put back in Blender. Pure.
 *
 * @param mine the steps to commit
 * @param theirs the steps that Blender made without being asked, to be put back
 */
record Rewind(List<Operation> mine, List<Operation> theirs) {

  /**
   * Parts an edit.
   *
   * @param old what Blender was last seen to hold
   * @param now what the repository holds: buffers of another topology take the place of all of its
   * @param otherTopology whether what Blender held is not the topology of the repository
   */
  static Rewind of(
      Node old, Node now, CaptureDiff.Edit edit, boolean otherTopology, Writers writers) {
    Rewind parted = new Rewind(new ArrayList<>(), new ArrayList<>());
    for (Operation step : edit.tree()) {
      (writers.isMine(old.id(), step) ? parted.mine : parted.theirs).add(step);
    }
    if (edit.structural() || otherTopology) {
      Set<String> names = new HashSet<>(old.buffers().keySet());
      names.addAll(edit.after().buffers().keySet());
      names.addAll(otherTopology ? now.buffers().keySet() : Set.of());
      boolean mine = writers.buffersMine(old.id(), names);
      (mine ? parted.mine : parted.theirs).addAll(edit.buffers());
    } else {
      edit.buffers().forEach(step -> parted.buffer(step, old, edit.after(), writers));
    }
    return parted;
  }

  /** Whether somebody else's buffers were changed. */
  boolean theirBuffers() {
    return theirs.stream().anyMatch(Rewind::onBuffer);
  }

  /** Whether a step changes a buffer, be it only some rows. */
  static boolean onBuffer(Operation step) {
    return step instanceof Operation.PatchBuffer || Offer.onBuffer(step);
  }

  private void buffer(Operation step, Node old, Node after, Writers writers) {
    String name = Offer.buffer(step);
    Buffer before = old.buffers().get(name);
    Buffer now = after.buffers().get(name);
    if (before == null
        || now == null
        || before.type() != now.type()
        || before.rows() != now.rows()
        || before.columns() != now.columns()) {
      (writers.buffersMine(old.id(), Set.of(name)) ? mine : theirs).add(step);
      return;
    }
    byte[] wanted = now.bytes().clone();
    int rowBytes = now.rowBytes();
    for (int row = 0; row < now.rows(); row++) {
      if (!writers.isMine(old.id(), name, row)) {
        System.arraycopy(before.bytes(), row * rowBytes, wanted, row * rowBytes, rowBytes);
      }
    }
    difference(name, before, wanted).ifPresent(mine::add);
    if (difference(name, now, wanted).isPresent()) {
      theirs.add(step);
    }
  }

  private static Optional<Operation> difference(String name, Buffer old, byte[] now) {
    ByteBuffer bytes = ByteBuffer.wrap(now);
    return BufferDiff.between(name, old, bytes, old.type(), old.rows(), old.columns());
  }
}
