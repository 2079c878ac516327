package org.multiuser.server.room;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.rights.Action;
import org.multiuser.protocol.rights.Rights;

/** How members come and go (SPEC LI, SE7, RI7, RI8). */
final class Membership {
  private final String session;
  private final HallSettings settings;
  private final RandomGenerator random;
  private final Ledger ledger;
  private final Roster roster;
  private final Lifecycle lifecycle;
  private final Ownership ownership;
  private final PresenceBoard presence;
  private final FileDesk files;
  private final Outbox out;

  Membership(
      String session,
      HallSettings settings,
      RandomGenerator random,
      Ledger ledger,
      Roster roster,
      Lifecycle lifecycle,
      Ownership ownership,
      PresenceBoard presence,
      FileDesk files,
      Outbox out) {
    this.session = session;
    this.settings = settings;
    this.random = random;
    this.ledger = ledger;
    this.roster = roster;
    this.lifecycle = lifecycle;
    this.ownership = ownership;
    this.presence = presence;
    this.files = files;
    this.out = out;
  }

  /**
   * Lets a user in, or back in (SPEC LI).
   *
   * @param login checked already for passwords and the form of its names; its Blender release is
   *     major.minor
   * @return why not, or empty if the user is a member now
   */
  Optional<Refusal> login(Message.Login login, Role granted, Link link, long nowNanos) {
    Participant member = roster.get(login.client());
    Participant holder = roster.named(login.userName());
    boolean unused = roster.size() == 0 && lifecycle.state() == SessionState.LOBBY;
    String release = unused ? "" : lifecycle.blenderVersion();
    Optional<Refusal> refusal =
        Admission.judge(login, member, holder, roster, settings.limits().users(), release);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (holder != null && holder != member) {
      remove(holder, ErrorCode.NAME_TAKEN, "The same user logged in anew.");
    }
    if (member == null) {
      makeRoom();
      member = join(login, granted, nowNanos);
    }
    if (granted == Role.ADMIN) {
      member.role = Role.ADMIN;
    }
    if (release.isEmpty() && !login.blenderVersion().isEmpty()) {
      lifecycle.setBlenderVersion(login.blenderVersion());
    }
    welcome(member, login, link, nowNanos);
    return Optional.empty();
  }

  /** Whoever has been away the longest gives its place to who is there (SPEC LM4). */
  private void makeRoom() {
    if (roster.size() >= settings.limits().users()) {
      roster.longestAway().ifPresent(this::timedOut);
    }
  }

  /** Ends the membership of who was not heard of (SPEC HB4). */
  void timedOut(Participant member) {
    out.figures().timeouts++;
    out.log(LogLine.of("timeout").with("user", member.name).with("session", session));
    remove(member, ErrorCode.TIMED_OUT, "The server heard nothing of you; join again.");
  }

  private Participant join(Message.Login login, Role granted, long nowNanos) {
    // Who comes back has just proven its secret, which stays the same (SPEC LI4).
    byte[] secret = roster.hasLeft(login.client()) ? login.secret() : randomBytes();
    Role role = granted == Role.ADMIN ? granted : roster.role(login.userName(), settings.joining());
    Participant member =
        new Participant(
            new StoreChange.Member(login.client(), login.userName(), role, login.colour(), secret),
            nowNanos);
    roster.add(member);
    return member;
  }

  private void welcome(Participant member, Message.Login login, Link link, long nowNanos) {
    dropLinks(member);
    member.name = login.userName();
    member.colour = login.colour();
    member.lastHeardNanos = nowNanos;
    member.online = true;
    member.links.put(Channel.COMMANDS, link);
    roster.handOut(member, randomBytes());
    out.send(
        link,
        new Message.LoggedIn(
            login.request(),
            member.id,
            member.token,
            member.secret,
            member.role,
            ledger.incarnation(),
            lifecycle.state(),
            settings.timeoutMillis()));
    roster.show();
  }

  /** What went over a channel goes over it no more. */
  void unbind(Participant member, Channel channel) {
    if (channel == Channel.SUBSCRIBER) {
      member.feed = null;
      member.fileFeed = null;
    } else if (channel == Channel.PUBLISHER) {
      FileIntake before = member.fileIntake;
      member.intake = null;
      member.fileIntake = null;
      files.gone(before, member);
    }
  }

  private void dropLinks(Participant member) {
    for (Link link : List.copyOf(member.links.values())) {
      out.add(new Effect.Close(link));
    }
    member.links.clear();
    unbind(member, Channel.SUBSCRIBER);
    unbind(member, Channel.PUBLISHER);
  }

  /** Ends a membership (SPEC SE7, RI7); where links stand they are told why. */
  void remove(Participant member, ErrorCode code, String text) {
    if (code != null) {
      out.send(member.link(Channel.COMMANDS), new Message.Failed(0, code, text));
    }
    dropLinks(member);
    ownership.release(member);
    roster.remove(member);
    presence.forget(member.id);
    lifecycle.left(member);
    roster.show();
  }

  /** An admin removes somebody else (SPEC RI8). */
  Optional<Refusal> kick(Participant admin, Message.Kick kick) {
    if (!Rights.may(admin.role, admin.id, Action.KICK, null).isAllowed()
        || kick.user().equals(admin.id)) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "Only an admin can kick, and only somebody else."));
    }
    Participant kicked = roster.get(kick.user());
    if (kicked == null) {
      return Optional.of(new Refusal(ErrorCode.NO_SUCH_USER, "That user has gone already."));
    }
    removed(kicked, kick.ban(), kick.reason(), admin.name);
    out.send(admin.link(Channel.COMMANDS), new Message.Done(kick.request()));
    return Optional.empty();
  }

  /** An admin says what somebody else may do from now on (SPEC RI9). */
  Optional<Refusal> setRole(Participant admin, Message.SetRole wish) {
    if (!Rights.may(admin.role, admin.id, Action.SET_ROLE, null).isAllowed()
        || wish.user().equals(admin.id)) {
      return Optional.of(
          new Refusal(
              ErrorCode.NOT_ALLOWED, "Only an admin can set a role, and only somebody else's."));
    }
    Participant user = roster.get(wish.user());
    if (user == null) {
      return Optional.of(new Refusal(ErrorCode.NO_SUCH_USER, "That user has gone already."));
    }
    out.log(
        LogLine.of("role")
            .with("user", user.name)
            .with("role", wish.role())
            .with("session", session)
            .with("by", admin.name));
    roster.setRole(user, wish.role());
    if (wish.role() != Role.ADMIN) {
      lifecycle.left(user); // Who is to fill the session has to be an admin until it is filled.
    }
    if (wish.role() == Role.VIEWER) {
      ownership.release(user);
    }
    out.send(admin.link(Channel.COMMANDS), new Message.Done(wish.request()));
    return Optional.empty();
  }

  /** Whoever runs the server removes a member. */
  void removed(Participant member, boolean ban, String reason) {
    removed(member, ban, reason, "");
  }

  /** The log says who did it, empty for whoever runs the server. */
  private void removed(Participant member, boolean ban, String reason, String by) {
    if (ban) {
      roster.ban(member);
    }
    out.figures().kicks++;
    out.log(
        LogLine.of(ban ? "ban" : "kick")
            .with("user", member.name)
            .with("session", session)
            .with("by", by));
    remove(member, ErrorCode.KICKED, reason);
  }

  /** Ends all links, telling why; the members stay members. */
  void endAll(ErrorCode code, String text) {
    for (Participant member : roster.all()) {
      out.send(member.link(Channel.COMMANDS), new Message.Failed(0, code, text));
      dropLinks(member);
      member.online = false;
    }
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }
}
