package org.multiuser.protocol.commit;

import java.util.List;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * One step of a commit (SPEC CM5). Applying is total: a step whose place is gone does nothing (SPEC
 * CM7).
 */
public sealed interface Operation {
  /** Brings the node into being with these properties; only as the first step. */
  record Create(String type, Value.Fields properties) implements Operation {}

  /** Takes the node out of the session; only as the sole step. */
  record Delete() implements Operation {}

  /**
   * Puts a value at a path whose parent is a map or keyed list; a new key of a keyed list goes to
   * its end.
   */
  record Set(Path path, Value value) implements Operation {}

  /** Removes what stands at a path. */
  record Remove(Path path) implements Operation {}

  /**
   * Brings the keyed list at a path into this order; keys not named keep their order behind the
   * named ones.
   */
  record Order(Path path, List<String> keys) implements Operation {
    public Order {
      keys = List.copyOf(keys);
    }
  }

  /** Puts a whole buffer under a name. */
  record ReplaceBuffer(String name, Buffer buffer) implements Operation {}

  /** Changes rows of a buffer. */
  record PatchBuffer(String name, BufferPatch patch) implements Operation {}

  /** Removes a buffer. */
  record RemoveBuffer(String name) implements Operation {}
}
