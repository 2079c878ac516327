package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.rights.Action;
import org.multiuser.protocol.rights.Rights;

/** Who owns what (SPEC RI4–RI7). */
final class Ownership {
  private static final int MAX_NODES = 10_000;

  private final Ledger ledger;
  private final Lifecycle lifecycle;
  private final Roster roster;
  private final Outbox out;

  Ownership(Ledger ledger, Lifecycle lifecycle, Roster roster, Outbox out) {
    this.ledger = ledger;
    this.lifecycle = lifecycle;
    this.roster = roster;
    this.out = out;
  }

  /** A member asks for a change of owner (SPEC RI5). */
  Optional<Refusal> change(Participant asker, Message.ChangeOwner request) {
    Optional<Refusal> refusal = precondition(asker, request);
    if (refusal.isPresent()) {
      return refusal;
    }
    UUID owner = newOwner(asker, request);
    List<UUID> changing = new ArrayList<>();
    boolean anyAllowed = request.nodes().isEmpty();
    Node held = null;
    for (UUID id : request.nodes()) {
      Node node = ledger.node(id);
      if (node == null) {
        continue;
      }
      Action action = action(request.action());
      if (!Rights.may(asker.role, asker.id, action, node.owner()).isAllowed()) {
        held = node;
        continue;
      }
      anyAllowed = true;
      if (!Objects.equals(node.owner(), owner)) {
        changing.add(id);
      }
    }
    if (!anyAllowed) {
      return Optional.of(noneAllowed(held));
    }
    Runnable done =
        () -> out.send(asker.link(Channel.COMMANDS), new Message.Done(request.request()));
    if (changing.isEmpty()) {
      done.run();
    } else {
      ledger.append(asker.id, changing, owner, done);
    }
    return Optional.empty();
  }

  private Optional<Refusal> precondition(Participant asker, Message.ChangeOwner request) {
    if (asker.role == Role.VIEWER) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "Your role does not allow this; ask an admin."));
    }
    if (!lifecycle.acceptsFrom(asker)) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ACTIVE, "The session is not open for edits yet; wait for it."));
    }
    if (request.nodes().size() > MAX_NODES) {
      return Optional.of(new Refusal(ErrorCode.TOO_LARGE, "Too many datablocks at once; split."));
    }
    if (request.action() == OwnerAction.GIVE
        && (request.to() == null || roster.get(request.to()) == null)) {
      return Optional.of(
          new Refusal(ErrorCode.NO_SUCH_USER, "That user is not in the session; choose another."));
    }
    if (request.action() == OwnerAction.GIVE && roster.get(request.to()).role == Role.VIEWER) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "That user only looks on; choose another."));
    }
    return Optional.empty();
  }

  private static Refusal noneAllowed(Node held) {
    return held == null
        ? new Refusal(ErrorCode.NO_SUCH_NODE, "The datablock was deleted meanwhile.")
        : new Refusal(
            ErrorCode.NOT_OWNER,
            "Another user holds this; wait until it is released.",
            held.owner());
  }

  /** Makes COMMON what a leaving user owned (SPEC RI7). */
  void release(Participant leaving) {
    List<UUID> owned = new ArrayList<>();
    for (Node node : ledger.nodes()) {
      if (leaving.id.equals(node.owner())) {
        owned.add(node.id());
      }
    }
    for (int at = 0; at < owned.size(); at += MAX_NODES) {
      List<UUID> some = owned.subList(at, Math.min(owned.size(), at + MAX_NODES));
      ledger.append(null, some, null, () -> {});
    }
  }

  private static UUID newOwner(Participant asker, Message.ChangeOwner request) {
    return switch (request.action()) {
      case TAKE -> asker.id;
      case RELEASE -> null;
      case GIVE -> request.to();
    };
  }

  private static Action action(OwnerAction action) {
    return switch (action) {
      case TAKE -> Action.TAKE;
      case RELEASE -> Action.RELEASE;
      case GIVE -> Action.GIVE;
    };
  }
}
