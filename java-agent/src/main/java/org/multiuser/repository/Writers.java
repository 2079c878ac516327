package org.multiuser.repository;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.BufferPatch;

/**
 * Who wrote last, this artist or somebody else: per path, and per row of a buffer (BR23). What came
 * with a snapshot and was not written since counts as somebody else's.
 */
final class Writers {
  /** The key of a mark for the order of a keyed list; no key of a tree is empty. */
  private static final String ORDER = "";

  /**
   * How many deletions of others' are remembered: more than the steps that Blender can undo. A node
   * that undo brings back after that is taken for a new one.
   */
  private static final int MOST_DELETED = 50_000;

  private final Map<UUID, Marks> nodes = new HashMap<>();
  private final Set<UUID> deletedByOthers = new LinkedHashSet<>();

  /** This session's past is not known, or is another one's. */
  void forget() {
    nodes.clear();
    deletedByOthers.clear();
  }

  /** A commit was made. */
  void wrote(Commit commit, boolean mine) {
    UUID id = commit.node();
    if (commit.newStructure() != 0 && nodes.containsKey(id)) {
      nodes.get(id).buffers.replaceAll((name, rows) -> new Rows(mine));
    }
    for (Operation step : commit.operations()) {
      if (step instanceof Operation.Delete) {
        nodes.remove(id);
        if (mine) {
          deletedByOthers.remove(id);
        } else {
          remember(id);
        }
      } else {
        if (step instanceof Operation.Create) {
          deletedByOthers.remove(id);
        }
        nodes.computeIfAbsent(id, key -> new Marks()).wrote(step, mine);
      }
    }
  }

  /** A commit of this artist is not in the order: what it wrote is as others have it. */
  void undo(Commit commit) {
    Marks marks = nodes.get(commit.node());
    if (marks != null) {
      commit.operations().stream()
          .filter(step -> !(step instanceof Operation.Delete))
          .forEach(step -> marks.wrote(step, false));
    }
  }

  /** A node changed in ways that are not known. */
  void forget(UUID id) {
    nodes.remove(id);
  }

  /** A node is gone, and this artist did not delete it. */
  void othersDeleted(UUID id) {
    nodes.remove(id);
    remember(id);
  }

  /** The newest ones: peers may create and delete for ever. */
  private void remember(UUID deleted) {
    deletedByOthers.remove(deleted);
    deletedByOthers.add(deleted);
    if (deletedByOthers.size() > MOST_DELETED) {
      deletedByOthers.remove(deletedByOthers.iterator().next());
    }
  }

  /** Whether the node is gone because somebody else deleted it. */
  boolean deletedByOthers(UUID id) {
    return deletedByOthers.contains(id);
  }

  /** Whether nobody but this artist wrote what now stands in the node. */
  boolean isMine(UUID id) {
    Marks marks = nodes.get(id);
    return marks != null
        && marks.tree.mine(List.of(), false)
        && marks.buffers.keySet().stream().allMatch(marks::isMine);
  }

  /** Whether this artist wrote last all that this step on properties would change. */
  boolean isMine(UUID id, Operation step) {
    Marks marks = nodes.get(id);
    return marks != null && marks.tree.mine(keys(step), false);
  }

  /** Whether this artist wrote last what stands at a path. */
  boolean isMine(UUID id, List<String> keys) {
    Marks marks = nodes.get(id);
    return marks != null && marks.tree.mine(keys, false);
  }

  /** Whether this artist wrote last all rows of these buffers. */
  boolean buffersMine(UUID id, Set<String> names) {
    Marks marks = nodes.get(id);
    return marks != null && names.stream().allMatch(marks::isMine);
  }

  /** Whether this artist wrote last a row of a buffer. */
  boolean isMine(UUID id, String buffer, int row) {
    Marks marks = nodes.get(id);
    if (marks == null) {
      return false;
    }
    Rows rows = marks.buffers.get(buffer);
    return rows == null ? marks.base() : rows.base != rows.others.get(row);
  }

  /** Where a step on properties writes. */
  private static List<String> keys(Operation step) {
    if (step instanceof Operation.Set set) {
      return set.path().keys();
    }
    if (step instanceof Operation.Remove remove) {
      return remove.path().keys();
    }
    if (step instanceof Operation.Order order) {
      List<String> keys = new ArrayList<>(order.path().keys());
      keys.add(ORDER);
      return keys;
    }
    return List.of();
  }

  /** The marks of one node. */
  private static final class Marks {
    private Mark tree = new Mark();
    private final Map<String, Rows> buffers = new HashMap<>();

    /** Whether this artist brought the node into being. */
    private boolean base() {
      return Boolean.TRUE.equals(tree.mine);
    }

    private boolean isMine(String buffer) {
      Rows rows = buffers.get(buffer);
      return rows == null ? base() : rows.base && rows.others.isEmpty();
    }

    private void wrote(Operation step, boolean mine) {
      if (step instanceof Operation.Create) {
        tree = new Mark();
        tree.mine = mine;
        buffers.clear();
      } else if (step instanceof Operation.ReplaceBuffer replace) {
        buffers.put(replace.name(), new Rows(mine));
      } else if (step instanceof Operation.RemoveBuffer remove) {
        buffers.put(remove.name(), new Rows(mine));
      } else if (step instanceof Operation.PatchBuffer patch) {
        buffers.computeIfAbsent(patch.name(), key -> new Rows(base())).wrote(patch.patch(), mine);
      } else {
        tree.write(keys(step), mine);
      }
    }
  }

  /** A place of the tree; {@code mine} is null where the place above tells. */
  private static final class Mark {
    private Boolean mine;
    private final Map<String, Mark> inside = new HashMap<>();

    private void write(List<String> keys, boolean by) {
      if (keys.isEmpty()) {
        mine = by;
        inside.clear();
      } else {
        inside
            .computeIfAbsent(keys.get(0), key -> new Mark())
            .write(keys.subList(1, keys.size()), by);
      }
    }

    /** Whether what stands at the keys, and all inside of it, is this artist's. */
    private boolean mine(List<String> keys, boolean above) {
      boolean here = mine == null ? above : mine;
      if (keys.isEmpty()) {
        return here && inside.values().stream().allMatch(mark -> mark.mine(keys, true));
      }
      Mark next = inside.get(keys.get(0));
      return next == null ? here : next.mine(keys.subList(1, keys.size()), here);
    }
  }

  /** The rows of a buffer: {@code base} tells of all but the {@code others}. */
  private static final class Rows {
    private final boolean base;
    private final BitSet others = new BitSet();

    private Rows(boolean base) {
      this.base = base;
    }

    private void wrote(BufferPatch patch, boolean mine) {
      for (int run = 0; run < patch.starts().length; run++) {
        int start = patch.starts()[run];
        others.set(start, start + patch.counts()[run], mine != base);
      }
    }
  }
}
