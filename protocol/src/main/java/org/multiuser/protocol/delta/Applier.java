package org.multiuser.protocol.delta;

import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * Applies commits to nodes (SPEC CM7). Pure and total: a step whose place is gone does nothing, so
 * every participant that applies the same entries in the same order holds the same bytes.
 */
public final class Applier {
  private Applier() {}

  /**
   * The node after the commit. Whether the commit was allowed is {@link Form}'s matter; here even
   * one that {@code Form} refuses is applied as far as it makes sense: a Create of a node that
   * exists does nothing, and so do the steps for a node that does not exist.
   *
   * @param current the node as it is, or null where it does not exist
   * @param commit the change; it keeps owning its byte arrays, which the new node shares
   * @param sequence the number that the log gives the commit; becomes the node's revision
   * @return the new node, or null if it does not exist afterwards
   */
  public static Node apply(Node current, Commit commit, long sequence) {
    Draft draft = current == null ? null : new Draft(current, commit.newStructure() != 0);
    for (Operation operation : commit.operations()) {
      if (operation instanceof Operation.Create create) {
        draft = draft == null ? new Draft(commit.node(), create) : draft;
      } else if (operation instanceof Operation.Delete) {
        draft = null;
      } else if (draft != null) {
        draft.step(operation);
      }
    }
    return draft == null ? null : draft.freeze(sequence, commit.newStructure());
  }

  /** A node in the making. */
  private static final class Draft {
    private final UUID id;
    private final String type;
    private final UUID owner;
    private final long structure;
    private final Value.Fields before;
    private final BufferDraft buffers;
    private TreeDraft tree;

    /** With another topology no buffer of before means anything (SPEC CM9). */
    Draft(Node node, boolean otherTopology) {
      id = node.id();
      type = node.type();
      owner = node.owner();
      structure = node.structure();
      before = node.properties();
      buffers = new BufferDraft(otherTopology ? new TreeMap<>() : node.buffers());
    }

    Draft(UUID id, Operation.Create create) {
      this.id = id;
      type = create.type();
      owner = null;
      structure = 0;
      before = create.properties();
      buffers = new BufferDraft(new TreeMap<String, Buffer>());
    }

    void step(Operation operation) {
      if (operation instanceof Operation.Set set) {
        tree().set(set.path(), set.value());
      } else if (operation instanceof Operation.Remove remove) {
        tree().remove(remove.path());
      } else if (operation instanceof Operation.Order order) {
        tree().order(order.path(), order.keys());
      } else if (operation instanceof Operation.ReplaceBuffer replace) {
        buffers.replace(replace.name(), replace.buffer());
      } else if (operation instanceof Operation.PatchBuffer patch) {
        buffers.patch(patch.name(), patch.patch());
      } else if (operation instanceof Operation.RemoveBuffer remove) {
        buffers.remove(remove.name());
      }
    }

    private TreeDraft tree() {
      if (tree == null) {
        tree = new TreeDraft(before);
      }
      return tree;
    }

    Node freeze(long sequence, long newStructure) {
      return new Node(
          id,
          type,
          owner,
          sequence,
          newStructure != 0 ? newStructure : structure,
          tree == null ? before : tree.freeze(),
          buffers.freeze());
    }
  }
}
