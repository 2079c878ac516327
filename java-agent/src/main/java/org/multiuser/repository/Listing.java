package org.multiuser.repository;

import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;

/** Makes the rows of the list of all nodes, from what is known now (BR32). */
final class Listing {
  private final Pending pending;
  private final Target target;
  private final Blender blender;
  private final Outbox outbox;
  private final Catalogue catalogue;

  Listing(Pending pending, Target target, Blender blender, Outbox outbox, Catalogue catalogue) {
    this.pending = pending;
    this.target = target;
    this.blender = blender;
    this.outbox = outbox;
    this.catalogue = catalogue;
  }

  /** The row of a node that is there. */
  Row row(UUID id) {
    Node node = target.get(id);
    List<Pending.Item> own = pending.of(id);
    Catalogue.Written last = catalogue.written(id);
    int waiting = (int) own.stream().filter(Pending.Item::isWaiting).count();
    return new Row(
        id,
        node.type(),
        Names.of(node).orElse(""),
        node.owner(),
        state(id, !own.isEmpty(), waiting > 0),
        waiting,
        last.author(),
        last.millis(),
        catalogue.refused(id));
  }

  private Row.State state(UUID id, boolean isPending, boolean isWaiting) {
    if (isWaiting) {
      return Row.State.COMMITTED;
    }
    if (isPending) {
      boolean isKnown = target.image().node(id).isPresent();
      return isKnown ? Row.State.PUSHED : Row.State.ADDED;
    }
    if (outbox.has(id) || blender.isBehind(id)) {
      return Row.State.FETCHED;
    }
    return catalogue.refused(id).isEmpty() ? Row.State.UP : Row.State.REFUSED;
  }
}
