package org.multiuser.server.room;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.rights.Action;
import org.multiuser.protocol.rights.Rights;

/**
 * The states of a session (SPEC SE1) and what leads from one to the next:
 *
 * <pre>
 * LOBBY         Initialise by an admin                INITIALISING, or ACTIVE where empty
 * INITIALISING  InitialiseDone and all settled        ACTIVE
 * INITIALISING  its admin leaves or times out         LOBBY
 * </pre>
 */
final class Lifecycle {
  private final Ledger ledger;
  private final Journal journal;
  private final Roster roster;
  private final Supplier<UUID> newIdentity;
  private final Outbox out;
  private String blenderVersion = "";
  private Phase phase = new Lobby();

  /** Where the session stands, with what is valid there. */
  private sealed interface Phase {}

  private record Lobby() implements Phase {}

  /** Being filled. {@code done} is null until InitialiseDone came. */
  private record Initialising(UUID admin, Message.InitialiseDone done) implements Phase {}

  private record Active() implements Phase {}

  Lifecycle(Ledger ledger, Journal journal, Roster roster, Supplier<UUID> newIdentity, Outbox out) {
    this.ledger = ledger;
    this.journal = journal;
    this.roster = roster;
    this.newIdentity = newIdentity;
    this.out = out;
  }

  void restore(StoreChange.Header header) {
    blenderVersion = header.blenderVersion();
    phase =
        switch (header.state()) {
          case LOBBY -> new Lobby();
          case INITIALISING -> new Initialising(header.initialiser(), null);
          case ACTIVE -> new Active();
        };
  }

  SessionState state() {
    if (phase instanceof Lobby) {
      return SessionState.LOBBY;
    }
    return phase instanceof Active ? SessionState.ACTIVE : SessionState.INITIALISING;
  }

  /** The release of Blender that members run, empty while none has set it. */
  String blenderVersion() {
    return blenderVersion;
  }

  /** Sets the release for those to come (SPEC LI6). */
  void setBlenderVersion(String version) {
    blenderVersion = version;
    save(() -> {});
  }

  /** Whether commits of this member are taken now (SPEC SE5). */
  boolean acceptsFrom(Participant member) {
    return phase instanceof Active
        || (phase instanceof Initialising filling && filling.admin.equals(member.id));
  }

  /** An admin wants the session filled (SPEC SE3). */
  Optional<Refusal> initialise(Participant admin, Message.Initialise request) {
    if (!Rights.may(admin.role, admin.id, Action.INITIALISE, null).isAllowed()) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "Only an admin can initialise the session."));
    }
    if (!request.empty()
        && phase instanceof Initialising filling
        && filling.admin.equals(admin.id)) {
      phase = new Initialising(admin.id, null); // Its agent was started again and goes on.
      out.send(admin.link(Channel.COMMANDS), new Message.Done(request.request()));
      return Optional.empty();
    }
    if (!(phase instanceof Lobby)) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "The session is initialised already; join it."));
    }
    phase = request.empty() ? new Active() : new Initialising(admin.id, null);
    restart(() -> out.send(admin.link(Channel.COMMANDS), new Message.Done(request.request())));
    return Optional.empty();
  }

  /** The filling admin has sent everything (SPEC SE4). */
  Optional<Refusal> initialiseDone(Participant admin, Message.InitialiseDone done) {
    if (!(phase instanceof Initialising filling && filling.admin.equals(admin.id))) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "You are not initialising this session."));
    }
    phase = new Initialising(admin.id, done);
    settled(admin);
    return Optional.empty();
  }

  /** Another commit of this member is settled: perhaps the last one that was waited for. */
  void settled(Participant member) {
    if (phase instanceof Initialising filling
        && filling.done != null
        && filling.admin.equals(member.id)
        && ledger.settled(member.id) >= filling.done.counter()) {
      phase = new Active();
      long request = filling.done.request();
      save(
          () -> {
            out.send(member.link(Channel.COMMANDS), new Message.Done(request));
            announce();
          });
    }
  }

  /** A member is gone for good (SPEC SE4). */
  void left(Participant member) {
    if (phase instanceof Initialising filling && filling.admin.equals(member.id)) {
      phase = new Lobby();
      restart(() -> {});
    }
  }

  private void restart(Runnable whenDurable) {
    ledger.restart(newIdentity.get());
    roster.feeds().forEach(Feed::restart);
    save(
        () -> {
          whenDurable.run();
          announce();
        });
  }

  private void save(Runnable whenDurable) {
    journal.keep(new StoreChange.SaveHeader(header()), whenDurable);
  }

  /** What is to be kept of the session itself. */
  StoreChange.Header header() {
    UUID admin = phase instanceof Initialising filling ? filling.admin : null;
    return new StoreChange.Header(ledger.incarnation(), state(), blenderVersion, admin);
  }

  private void announce() {
    roster.tellAll(new Message.StateChanged(state(), ledger.incarnation()));
  }
}
