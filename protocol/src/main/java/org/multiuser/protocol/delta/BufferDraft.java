package org.multiuser.protocol.delta;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;

/**
 * A node's buffers while the steps of one commit are applied. A buffer is copied before its first
 * patch alone.
 */
final class BufferDraft {
  private final SortedMap<String, Buffer> buffers;
  private final Set<String> ownCopies = new HashSet<>();

  BufferDraft(SortedMap<String, Buffer> buffers) {
    this.buffers = new TreeMap<>(buffers);
  }

  void replace(String name, Buffer buffer) {
    buffers.put(name, buffer);
    ownCopies.remove(name);
  }

  void remove(String name) {
    buffers.remove(name);
    ownCopies.remove(name);
  }

  /** Does nothing where the buffer is missing or has another shape (SPEC CM7). */
  void patch(String name, BufferPatch patch) {
    Buffer buffer = buffers.get(name);
    if (buffer == null || buffer.rows() != patch.rows() || buffer.rowBytes() != patch.rowBytes()) {
      return;
    }
    if (ownCopies.add(name)) {
      buffer = new Buffer(buffer.type(), buffer.rows(), buffer.columns(), buffer.bytes().clone());
      buffers.put(name, buffer);
    }
    int from = 0;
    for (int run = 0; run < patch.starts().length; run++) {
      int length = patch.counts()[run] * patch.rowBytes();
      int to = patch.starts()[run] * patch.rowBytes();
      System.arraycopy(patch.bytes(), from, buffer.bytes(), to, length);
      from += length;
    }
  }

  SortedMap<String, Buffer> freeze() {
    return buffers;
  }
}
