package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.rights.Action;
import org.multiuser.protocol.rights.Rights;

/**
 * One session: it takes what its members say and leaves what is to be done in the outbox. Its parts
 * have one matter each: {@link Lifecycle} the states, {@link Roster} the members, {@link Ledger}
 * the order, {@link CommitDesk} and {@link Ownership} the decisions, {@link Feed} and {@link
 * Intake} the streams.
 */
final class Room {
  /** The most members of a session (SPEC LM4). */
  static final int MAX_USERS = 64;

  private static final long SILENT_NANOS = 3_000_000_000L;
  private static final long PUMP_BYTES = 1L << 20;
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private final String name;
  private final HallSettings settings;
  private final RandomGenerator random;
  private final Codecs codecs;
  private final Outbox out;
  private final Journal journal;
  private final Ledger ledger;
  private final Roster roster;
  private final Lifecycle lifecycle;
  private final CommitDesk commits;
  private final Ownership ownership;
  private final PresenceBoard presence = new PresenceBoard();

  /**
   * Opens a session.
   *
   * @param stored what was kept of it
   * @throws ProtocolException if what was kept cannot be understood
   */
  Room(
      String name,
      RoomStore.Stored stored,
      HallSettings settings,
      RandomGenerator random,
      Codecs codecs,
      Outbox out,
      long nowNanos) {
    this.name = name;
    this.settings = settings;
    this.random = random;
    this.codecs = codecs;
    this.out = out;
    journal = new Journal(name, out);
    roster = new Roster(journal, out);
    UUID incarnation = stored.header() == null ? newIdentity() : stored.header().incarnation();
    ledger = new Ledger(incarnation, journal, codecs.entries(), settings.recentBytes());
    lifecycle = new Lifecycle(ledger, journal, roster, this::newIdentity, out);
    commits = new CommitDesk(ledger, lifecycle, codecs.commits(), out);
    ownership = new Ownership(ledger, lifecycle, roster, out);
    restore(stored, nowNanos);
  }

  private void restore(RoomStore.Stored stored, long nowNanos) {
    if (stored.header() == null) {
      journal.keep(new StoreChange.SaveHeader(lifecycle.header()));
      return;
    }
    List<LogEntry> tail = new ArrayList<>();
    for (StoreChange.Entry entry : stored.tail()) {
      tail.add(codecs.entries().decode(entry.bytes()));
    }
    ledger.restore(stored, tail);
    roster.restore(stored, nowNanos);
    lifecycle.restore(stored.header());
  }

  SessionState state() {
    return lifecycle.state();
  }

  String blenderVersion() {
    return lifecycle.blenderVersion();
  }

  int users() {
    return roster.size();
  }

  /** The member with this identity, or null. */
  Participant member(UUID id) {
    return roster.get(id);
  }

  /** The member that this token binds links to, or null. */
  Participant byToken(byte[] token) {
    return roster.byToken(token);
  }

  // --- coming and going ---

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
    Optional<Refusal> refusal = Admission.judge(login, member, holder, roster, release);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (holder != null && holder != member) {
      remove(holder, ErrorCode.NAME_TAKEN, "The same user logged in anew.");
    }
    if (member == null) {
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

  private Participant join(Message.Login login, Role granted, long nowNanos) {
    Participant member =
        new Participant(
            new StoreChange.Member(
                login.client(), login.userName(), granted, login.colour(), randomBytes()),
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

  /** A link of a member is gone, or another one took its place. */
  void gone(Participant member, Link link) {
    if (!member.links.remove(link.channel(), link)) {
      return;
    }
    if (link.channel() == Channel.SUBSCRIBER) {
      member.feed = null;
    } else if (link.channel() == Channel.PUBLISHER) {
      member.intake = null;
    }
    if (member.links.isEmpty()) {
      setOnline(member, false);
    }
  }

  private void dropLinks(Participant member) {
    for (Link link : List.copyOf(member.links.values())) {
      out.add(new Effect.Close(link));
    }
    member.links.clear();
    member.feed = null;
    member.intake = null;
  }

  /** Ends a membership (SPEC SE7, RI7); where links stand they are told why. */
  private void remove(Participant member, ErrorCode code, String text) {
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

  // --- what members say ---

  /** A request on Commands; the session answers it. */
  void command(Participant member, Link link, Message message, long nowNanos) {
    heard(member, nowNanos);
    if (message instanceof Message.Initialise initialise) {
      answer(link, initialise.request(), lifecycle.initialise(member, initialise));
    } else if (message instanceof Message.InitialiseDone done) {
      answer(link, done.request(), lifecycle.initialiseDone(member, done));
    } else if (message instanceof Message.ChangeOwner change) {
      answer(link, change.request(), ownership.change(member, change));
    } else if (message instanceof Message.Kick kick) {
      answer(link, kick.request(), kick(member, kick));
    } else if (message instanceof Message.Leave leave) {
      out.send(link, new Message.Done(leave.request()));
      out.log("user " + member.name + " left session " + name);
      remove(member, null, "");
    } else {
      out.end(link, ErrorCode.BAD_MESSAGE, "This message does not belong on Commands.");
    }
  }

  private Optional<Refusal> kick(Participant admin, Message.Kick kick) {
    if (!Rights.may(admin.role, admin.id, Action.KICK, null).isAllowed()
        || kick.user().equals(admin.id)) {
      return Optional.of(
          new Refusal(ErrorCode.NOT_ALLOWED, "Only an admin can kick, and only somebody else."));
    }
    Participant kicked = roster.get(kick.user());
    if (kicked == null) {
      return Optional.of(new Refusal(ErrorCode.NO_SUCH_USER, "That user has gone already."));
    }
    if (kick.ban()) {
      roster.ban(kicked);
    }
    out.log("user " + kicked.name + (kick.ban() ? " banned" : " kicked") + " from " + name);
    remove(kicked, ErrorCode.KICKED, kick.reason());
    out.send(admin.link(Channel.COMMANDS), new Message.Done(kick.request()));
    return Optional.empty();
  }

  private void answer(Link link, long request, Optional<Refusal> refusal) {
    refusal.ifPresent(
        why -> {
          out.log("refused a request in " + name + ": " + why.code());
          out.send(link, new Message.Failed(request, why.code(), why.text()));
        });
  }

  /** Binds a link of Publisher or TTL (SPEC CH4). */
  void bind(Participant member, Link link, long nowNanos) {
    replaceLink(member, link);
    if (link.channel() == Channel.PUBLISHER) {
      member.intake = new Intake(link);
      out.send(link, new Message.Grant(Intake.START_BYTES));
    } else {
      presence.greet(member, out);
    }
    heard(member, nowNanos);
  }

  /** Binds a link of Subscriber and begins to feed it (SPEC SU1). */
  void subscribe(Participant member, Link link, Message.Subscribe wish, long nowNanos) {
    replaceLink(member, link);
    boolean known =
        wish.incarnation().equals(ledger.incarnation())
            && wish.sequence() > 0
            && wish.sequence() <= ledger.durableSequence();
    long from = known ? wish.sequence() : -1;
    member.feed = new Feed(name, ledger, codecs.nodes(), member.id, link, from, wish.creditBytes());
    heard(member, nowNanos);
  }

  private void replaceLink(Participant member, Link link) {
    Link before = member.links.put(link.channel(), link);
    if (before != null && !before.equals(link)) {
      out.add(new Effect.Close(before));
    }
  }

  /**
   * Part of a commit.
   *
   * @throws ProtocolException if it breaks the rules of the channel; the link is to be ended
   */
  void pushed(Participant member, Message.PushPart part, long nowNanos) {
    heard(member, nowNanos);
    member.intake.part(part).ifPresent(whole -> commits.push(member, part.counter(), whole));
    if (ledger.waitingBytes() < MAX_WAITING_BYTES) {
      member.intake.repay(out);
    }
  }

  /** More credit for a subscriber. */
  void granted(Participant member, Message.Grant grant, long nowNanos) {
    heard(member, nowNanos);
    if (member.feed != null) {
      member.feed.grant(grant.bytes());
    }
  }

  /** A member is alive (SPEC HB2). */
  void heartbeat(Participant member, Link link, Message.Heartbeat beat, long nowNanos) {
    out.send(link, new Message.HeartbeatReply(beat.sentNanos()));
    roster.pingMeasured(member, beat.pingMillis());
    heard(member, nowNanos);
  }

  /** Where a member is. */
  void present(Participant member, Message.Presence state, long nowNanos) {
    heard(member, nowNanos);
    presence.said(member, state, roster, nowNanos, out);
  }

  private void heard(Participant member, long nowNanos) {
    member.lastHeardNanos = nowNanos;
    if (!member.links.isEmpty()) {
      setOnline(member, true);
    }
  }

  private void setOnline(Participant member, boolean online) {
    if (member.online != online) {
      member.online = online;
      out.log("user " + member.name + (online ? " is back in " : " is lost in ") + name);
      roster.show();
    }
  }

  // --- the store ---

  /** The last batch is durable. */
  void saved() {
    journal.saved();
    ledger.checkpointIfDue();
    if (ledger.waitingBytes() < MAX_WAITING_BYTES) {
      for (Participant member : roster.all()) {
        if (member.intake != null) {
          member.intake.repay(out);
        }
      }
    }
  }

  /** Lines of the log have been read for a subscriber. */
  void entriesRead(Event.EntriesRead read) {
    for (Participant member : roster.all()) {
      if (member.feed != null
          && read.subscriber().equals(member.link(Channel.SUBSCRIBER))
          && read.incarnation().equals(ledger.incarnation())) {
        member.feed.read(read.entries());
      }
    }
  }

  // --- time ---

  /** Looks after silent members and what waits for its time (SPEC HB4, PR1). */
  void tick(long nowNanos) {
    for (Participant member : roster.all()) {
      long silentNanos = nowNanos - member.lastHeardNanos;
      if (silentNanos >= settings.timeoutMillis() * 1_000_000L) {
        out.log("user " + member.name + " timed out in session " + name);
        remove(member, ErrorCode.TIMED_OUT, "The server heard nothing of you; join again.");
      } else if (silentNanos >= SILENT_NANOS) {
        setOnline(member, false);
      }
    }
    presence.tick(roster, nowNanos, out);
    roster.tick(nowNanos);
  }

  /** Sends to subscribers and store what may go; true if there is more to do at once. */
  boolean pump() {
    boolean more = false;
    for (Feed feed : roster.feeds()) {
      more |= feed.pump(out, PUMP_BYTES);
    }
    journal.flush();
    return more;
  }

  /** Whether something waits for a moment soon to come. */
  boolean isHurried() {
    return presence.isWaiting();
  }

  /** Whether all that was said is durable. */
  boolean isSettled() {
    return !journal.isBusy();
  }

  /** Ends all links, telling why; the members stay members. */
  void close(ErrorCode code, String text) {
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

  private UUID newIdentity() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low);
  }
}
