package org.multiuser.server.room;

import java.util.Optional;
import java.util.UUID;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Form;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.rights.Action;
import org.multiuser.protocol.rights.Decision;
import org.multiuser.protocol.rights.Rights;

/** Decides every commit: its form, the author's rights, the state of the session (SPEC CM, RI2). */
final class CommitDesk {
  private final Ledger ledger;
  private final Lifecycle lifecycle;
  private final CommitCodec codec;
  private final SessionLimits limits;
  private final Outbox out;
  private final NodeGrowth growth = new NodeGrowth();
  private long keptBytes;

  CommitDesk(
      Ledger ledger, Lifecycle lifecycle, CommitCodec codec, SessionLimits limits, Outbox out) {
    this.ledger = ledger;
    this.lifecycle = lifecycle;
    this.codec = codec;
    this.limits = limits;
    this.out = out;
  }

  /**
   * Accepts or refuses a commit; a repetition is passed over (SPEC CM4).
   *
   * @param counter the counter that the parts named
   * @param bytes null if they were more than the host allows
   * @throws ProtocolException if the bytes are no commit of this author
   */
  void push(Participant author, long counter, byte[] bytes) {
    Optional<Refusal> refusal;
    try {
      refusal = take(author, counter, bytes);
    } catch (ProtocolException e) {
      throw e;
    } catch (RuntimeException e) {
      // Refused, for it would be pushed again and again if only its link ended (SPEC AC4, ER4).
      out.fault("commit " + counter + " of " + author.name + " is refused", e);
      refusal =
          refuse(ErrorCode.INTERNAL, "The server met an error over this edit; tell its host.");
    }
    refusal.ifPresent(
        why -> {
          out.figures().refused(Tally.Matter.COMMIT, why.code());
          Message refused = new Message.Refused(counter, why.code(), why.text(), why.owner());
          ledger.refused(author.id, counter, () -> answer(author, refused));
        });
  }

  /** Appends a commit, or says why not. */
  private Optional<Refusal> take(Participant author, long counter, byte[] bytes) {
    if (bytes == null) {
      return ledger.isNew(author.id, counter)
          ? refuse(
              ErrorCode.TOO_LARGE,
              "An edit has more than the "
                  + (limits.commitBytes() >> 20)
                  + " MiB that this server takes; split the datablock, or ask the host.")
          : Optional.empty();
    }
    Commit commit = codec.decode(bytes);
    if (!commit.author().equals(author.id) || commit.counter() != counter) {
      throw Requests.bad("a commit under another author or counter");
    }
    if (!ledger.isNew(author.id, counter)) {
      return Optional.empty();
    }
    Optional<Refusal> refusal = judge(author, commit, bytes.length);
    if (refusal.isEmpty()) {
      long arrivedNanos = out.figures().nowNanos;
      ledger.append(commit, bytes, () -> accepted(author, counter, arrivedNanos));
    }
    return refusal;
  }

  private void accepted(Participant author, long counter, long arrivedNanos) {
    out.figures().acknowledged(arrivedNanos);
    answer(author, new Message.Accepted(counter, ledger.durableSequence()));
  }

  private void answer(Participant author, Message message) {
    if (author.intake != null) {
      out.send(author.intake.link(), message);
    } else if (author.feed != null) {
      author.feed.repeatCaughtUp(); // It may have told before that this one was settled.
    }
    lifecycle.settled(author);
  }

  private Optional<Refusal> judge(Participant author, Commit commit, int bytes) {
    if (!lifecycle.acceptsFrom(author)) {
      return refuse(ErrorCode.NOT_ACTIVE, "The session is not open for edits yet; wait for it.");
    }
    Node node = ledger.node(commit.node());
    Optional<ErrorCode> misfit = Form.check(node, commit);
    if (misfit.isPresent() && misfit.get() != ErrorCode.STALE_STRUCTURE) {
      return refuse(misfit.get(), text(misfit.get()));
    }
    Action action = action(commit);
    UUID owner = node == null ? null : node.owner();
    if (Rights.may(author.role, author.id, action, owner) instanceof Decision.Denied denied) {
      return Optional.of(new Refusal(denied.code(), text(denied.code()), denied.owner()));
    }
    if (isFull() && action != Action.DELETE) {
      return refuse(
          ErrorCode.TOO_LARGE,
          "The session has no more room on the server; delete what is not needed, or ask its host.");
    }
    if (misfit.isEmpty() && !growth.allows(node, commit, bytes)) {
      return refuse(ErrorCode.TOO_LARGE, text(ErrorCode.TOO_LARGE));
    }
    return misfit.map(code -> new Refusal(code, text(code)));
  }

  /**
   * How much of the disk the session takes by now (SPEC LM8).
   *
   * @return whether that is all that it may take
   */
  boolean kept(long bytes) {
    keptBytes = bytes;
    return isFull();
  }

  /** Whether nothing but Delete is accepted. */
  boolean isFull() {
    return keptBytes >= limits.keptBytes();
  }

  private static Action action(Commit commit) {
    Operation first = commit.operations().get(0);
    if (first instanceof Operation.Create) {
      return Action.CREATE;
    }
    return first instanceof Operation.Delete ? Action.DELETE : Action.EDIT;
  }

  private static Optional<Refusal> refuse(ErrorCode code, String text) {
    return Optional.of(new Refusal(code, text));
  }

  private static String text(ErrorCode code) {
    return switch (code) {
      case NOT_ALLOWED -> "Your role does not allow this; ask an admin.";
      case NOT_OWNER -> "Another user holds this; wait until it is released.";
      case NO_SUCH_NODE -> "The datablock was deleted meanwhile; drop the edit.";
      case NODE_EXISTS -> "The datablock exists already; edit it instead.";
      case STALE_STRUCTURE -> "The topology changed meanwhile; capture the datablock again.";
      case TOO_LARGE -> "The commit is too large; split it.";
      default -> "The commit is malformed; update both sides to one version.";
    };
  }
}
