package org.multiuser.repository;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Value;

/** What Blender shall do to one datablock (docs/bridge.md, Change). Immutable. */
public sealed interface Change {
  /** The datablock. */
  UUID id();

  /** Its RNA identifier. */
  String type();

  /** The user whose edit led to it, or null if that is not known. */
  UUID author();

  /** The bytes of its buffers, by which a batch is limited. */
  long bytes();

  /**
   * The datablock comes into being, or is reconciled with the whole state.
   *
   * @param exists false for "new", true for "whole"
   * @param owner who owns it, or null
   */
  record Whole(
      UUID id,
      String type,
      boolean exists,
      Value.Fields properties,
      SortedMap<String, Buffer> buffers,
      UUID author,
      UUID owner)
      implements Change {
    @Override
    public long bytes() {
      return sum(buffers);
    }
  }

  /**
   * Some of the datablock changes.
   *
   * @param operations Remove, then Set in the tree's order, then Order steps alone
   * @param buffers the changed buffers, complete; all of them where structure is set
   * @param goneBuffers the names of buffers that are to go
   * @param structure whether the topology changed
   * @param owner who owns it, or null
   */
  record Part(
      UUID id,
      String type,
      List<Operation> operations,
      SortedMap<String, Buffer> buffers,
      Set<String> goneBuffers,
      boolean structure,
      UUID author,
      UUID owner)
      implements Change {
    @Override
    public long bytes() {
      return sum(buffers);
    }
  }

  /** The datablock goes. */
  record Delete(UUID id, String type, UUID author) implements Change {
    @Override
    public long bytes() {
      return 0;
    }
  }

  /**
   * Changes that Blender took together; until it reports them done they count as on their way.
   *
   * @param number what {@code done} names
   * @param changes in the order to apply; never empty
   */
  record Batch(int number, List<Change> changes) {
    public Batch {
      changes = List.copyOf(changes);
    }
  }

  private static long sum(Map<String, Buffer> buffers) {
    return buffers.values().stream().mapToLong(buffer -> buffer.bytes().length).sum();
  }
}
