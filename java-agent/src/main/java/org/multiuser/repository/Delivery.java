package org.multiuser.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.protocol.model.Node;

/** Hands Blender what the outbox holds: the difference between what it was asked and the target. */
final class Delivery {
  /** What a change counts in a batch besides its buffers, about. */
  private static final int TREE_BYTES = 512;

  private final Target target;
  private final Blender blender;
  private final Outbox outbox;
  private final Map<UUID, UUID> lastAuthor = new HashMap<>();
  private int batches;

  Delivery(Target target, Blender blender, Outbox outbox) {
    this.target = target;
    this.blender = blender;
    this.outbox = outbox;
  }

  /** Who changed a node last. */
  void changedBy(UUID node, UUID author) {
    lastAuthor.put(node, author);
  }

  /** Whether {@link #take} may have something. */
  boolean hasChanges() {
    return target.isSynced() && !outbox.isEmpty();
  }

  /** The next changes for Blender. */
  Optional<Change.Batch> take(long maxBytes) {
    if (!hasChanges()) {
      return Optional.empty();
    }
    List<Change> changes = new ArrayList<>();
    List<UUID> handled = new ArrayList<>();
    long bytes = 0;
    for (UUID id : outbox.ordered(blender.asked, target.byId())) {
      Optional<Change> change = change(id);
      if (change.isPresent()) {
        bytes += change.get().bytes() + TREE_BYTES;
        if (!changes.isEmpty() && bytes > maxBytes) {
          break;
        }
        changes.add(change.get());
      }
      handled.add(id);
    }
    handled.forEach(this::handled);
    if (!changes.isEmpty()) {
      batches++;
      changes.forEach(change -> blender.taken(batches, change, target.get(change.id())));
    }
    return changes.isEmpty() ? Optional.empty() : Optional.of(new Change.Batch(batches, changes));
  }

  /** Blender is asked to hold the target from now on, and holds its topology if that is equal. */
  private void handled(UUID id) {
    Node wanted = target.get(id);
    Node asked = blender.asked.get(id);
    Node seen = blender.shadow.get(id);
    if (wanted != null
        && asked != null
        && seen != null
        && seen.structure() == asked.structure()
        && wanted.buffers().equals(asked.buffers())) {
      blender.retoken(id, wanted.structure());
    }
    Blender.put(blender.asked, id, wanted);
    outbox.remove(id);
  }

  private Optional<Change> change(UUID id) {
    return Outbox.between(
        id,
        blender.asked.get(id),
        target.get(id),
        outbox.forced(id),
        blender.shadow.containsKey(id),
        lastAuthor.get(id));
  }
}
