package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.SessionState;

/**
 * One session: it takes what its members say and leaves what is to be done in the outbox. Its parts
 * have one matter each: {@link Lifecycle} the states, {@link Roster} the members, {@link
 * Membership} their coming and going, {@link Attendance} who is there, {@link Ledger} the order,
 * {@link CommitDesk} and {@link Ownership} the decisions, {@link Feed} and {@link Intake} the
 * streams.
 */
final class Room {
  private static final long PUMP_BYTES = 1L << 20;
  private static final long FILE_PUMP_BYTES = 256L << 10;
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
  private final Membership membership;
  private final Attendance attendance;
  private final Comparisons comparisons;
  private final FileDesk files;
  private final FileSweep sweep;
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
    ledger = new Ledger(incarnation, journal, codecs.entries(), settings);
    lifecycle = new Lifecycle(ledger, journal, roster, this::newIdentity, out);
    commits = new CommitDesk(ledger, lifecycle, codecs.commits(), settings.limits(), out);
    ownership = new Ownership(ledger, lifecycle, roster, out);
    comparisons = new Comparisons(name, ledger, roster, out);
    files = new FileDesk(name, this::complete, this::orphaned, out);
    sweep = new FileSweep(name, ledger, lifecycle, roster, files, out, settings.collectMillis());
    membership =
        new Membership(
            name, settings, random, ledger, roster, lifecycle, ownership, presence, files, out);
    attendance = new Attendance(name, settings.timeoutMillis(), roster, membership, out);
    restore(stored, nowNanos);
    sweep.begin(stored.header() == null, nowNanos);
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

  /** The member of this name, or null. */
  Participant named(String user) {
    return roster.named(user);
  }

  /** The member that this token binds links to, or null. */
  Participant byToken(byte[] token) {
    return roster.byToken(token);
  }

  /** Coming and going. */
  Membership membership() {
    return membership;
  }

  /** A link of a member is gone, or another one took its place. */
  void gone(Participant member, Link link) {
    attendance.gone(member, link);
  }

  // --- what members say ---

  /** A request on Commands; the session answers it. */
  void command(Participant member, Link link, Message message, long nowNanos) {
    attendance.heard(member, nowNanos);
    if (message instanceof Message.Initialise initialise) {
      answer(link, initialise.request(), lifecycle.initialise(member, initialise));
    } else if (message instanceof Message.InitialiseDone done) {
      answer(link, done.request(), lifecycle.initialiseDone(member, done));
    } else if (message instanceof Message.ChangeOwner change) {
      answer(link, change.request(), ownership.change(member, change));
    } else if (message instanceof Message.Kick kick) {
      answer(link, kick.request(), membership.kick(member, kick));
    } else if (message instanceof Message.SetRole wish) {
      answer(link, wish.request(), membership.setRole(member, wish));
    } else if (message instanceof Message.Verify verify) {
      answer(link, verify.request(), comparisons.asked(member, verify));
    } else if (message instanceof Message.Leave leave) {
      out.send(link, new Message.Done(leave.request()));
      out.figures().leaves++;
      log("leave", member);
      membership.remove(member, null, "");
    } else {
      out.end(link, ErrorCode.BAD_MESSAGE, "This message does not belong on Commands.");
    }
  }

  private void answer(Link link, long request, Optional<Refusal> refusal) {
    refusal.ifPresent(
        why -> {
          out.figures().refused(Tally.Matter.REQUEST, why.code());
          out.log(LogLine.of("request.refused").with("code", why.code()).with("session", name));
          out.send(link, new Message.Failed(request, why.code(), why.text()));
        });
  }

  /** Binds a link of Publisher or TTL (SPEC CH4). */
  void bind(Participant member, Link link, long nowNanos) {
    attendance.linked(member, link);
    roster.bound(member);
    if (link.channel() == Channel.PUBLISHER) {
      member.intake = new Intake(link, settings.limits().commitBytes());
      member.fileIntake = new FileIntake(link);
      out.send(link, new Message.Grant(Intake.START_BYTES));
    } else {
      presence.greet(member, out);
    }
    attendance.heard(member, nowNanos);
  }

  /** Binds a link of Subscriber and begins to feed it (SPEC SU1). */
  void subscribe(Participant member, Link link, Message.Subscribe wish, long nowNanos) {
    attendance.linked(member, link);
    roster.bound(member);
    boolean known =
        wish.incarnation().equals(ledger.incarnation())
            && wish.sequence() > 0
            && wish.sequence() <= ledger.durableSequence();
    long from = known ? wish.sequence() : -1;
    member.feed =
        new Feed(
            name,
            ledger,
            codecs.nodes(),
            member.id,
            link,
            from,
            wish.creditBytes(),
            settings.limits().pendingBytes());
    member.fileFeed = new FileFeed(name, link, out);
    attendance.heard(member, nowNanos);
  }

  /**
   * Part of a commit.
   *
   * @throws ProtocolException if it breaks the rules of the channel; the link is to be ended
   */
  void pushed(Participant member, Message.PushPart part, long nowNanos) {
    attendance.heard(member, nowNanos);
    member
        .intake
        .part(part)
        .ifPresent(whole -> commits.push(member, part.counter(), whole.bytes()));
    if (ledger.waitingBytes() < MAX_WAITING_BYTES) {
      member.intake.repay(out);
    }
  }

  /**
   * Something of the files that a member has (SPEC FT).
   *
   * @throws ProtocolException if it was not asked for; the link is to be ended
   */
  void filesFrom(Participant member, Message message, long nowNanos) {
    attendance.heard(member, nowNanos);
    if (message instanceof Message.FileOffer offer) {
      files.offered(member, offer);
    } else if (message instanceof Message.ManifestPart part) {
      files.part(member, part);
    } else if (message instanceof Message.ChunkPart part) {
      files.part(member, part);
    } else {
      throw Requests.misplaced();
    }
  }

  /**
   * A member wants something of the session's files (SPEC FT).
   *
   * @throws ProtocolException if it asks for too much; the link is to be ended
   */
  void filesFor(Participant member, Message message, long nowNanos) {
    attendance.heard(member, nowNanos);
    if (message instanceof Message.FileAsk ask) {
      member.fileFeed.ask(ask.file());
    } else if (message instanceof Message.FileLeave leave) {
      member.fileFeed.none(leave.file());
    } else if (message instanceof Message.ChunkAsk ask) {
      member.fileFeed.ask(ask.chunks());
    } else {
      throw Requests.misplaced();
    }
  }

  /** The store of files answers. */
  void files(Event.OfFile event) {
    if (event instanceof Event.FileFound found) {
      boolean isAwaited =
          roster.all().stream()
              .anyMatch(member -> member.fileFeed != null && member.fileFeed.awaits(found.file()));
      files.found(found, isAwaited ? roster.all() : List.of());
    } else if (event instanceof Event.ManifestWrong wrong) {
      files.wrongManifest(wrong.file());
    } else if (event instanceof Event.FileRefused refused) {
      files.refused(refused);
    } else if (event instanceof Event.ChunkKept kept) {
      files.kept(kept);
    } else if (event instanceof Event.ChunkRead read) {
      roster.all().stream()
          .filter(member -> read.subscriber().equals(member.link(Channel.SUBSCRIBER)))
          .filter(member -> member.fileFeed != null)
          .forEach(member -> member.fileFeed.read(read.chunk(), read.content()));
    }
  }

  /** All of a file is there: whoever waits for it is told. */
  private void complete(Manifest file) {
    for (Participant member : roster.all()) {
      if (member.fileFeed != null) {
        member.fileFeed.complete(file);
      }
    }
  }

  /** Nobody brings a file any more: whoever waits for it is told, and may ask for it anew. */
  private void orphaned(Digest file) {
    for (Participant member : roster.all()) {
      if (member.fileFeed != null) {
        member.fileFeed.none(file);
      }
    }
  }

  /** More credit for a subscriber. */
  void granted(Participant member, Message.Grant grant, long nowNanos) {
    attendance.heard(member, nowNanos);
    if (member.feed != null) {
      member.feed.grant(grant.bytes());
    }
  }

  /** A member is alive (SPEC HB2). */
  void heartbeat(Participant member, Link link, Message.Heartbeat beat, long nowNanos) {
    out.send(link, new Message.HeartbeatReply(beat.sentNanos()));
    roster.pingMeasured(member, beat.pingMillis());
    attendance.heard(member, nowNanos);
  }

  /** Where a member is. */
  void present(Participant member, Message.Presence state, long nowNanos) {
    attendance.heard(member, nowNanos);
    presence.said(member, state, roster, nowNanos, out);
  }

  // --- the store ---

  /** The last batch is durable. */
  void saved(long keptBytes) {
    boolean wasFull = commits.isFull();
    boolean full = commits.kept(keptBytes);
    if (full != wasFull) {
      String event = full ? "session.full" : "session.roomy";
      out.warn(LogLine.of(event).with("session", name).with("bytes", keptBytes));
    }
    if (full) {
      ledger.makeRoom();
    }
    out.figures().batches++;
    journal.saved();
    ledger.advanceCheckpoint();
    if (ledger.waitingBytes() < MAX_WAITING_BYTES) {
      for (Participant member : roster.all()) {
        if (member.intake != null) {
          member.intake.repay(out);
        }
      }
    }
  }

  /** The hashes that a member asked for are compared. */
  void compared(Event.Compared result, long nowNanos) {
    comparisons.compared(result, nowNanos);
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
    attendance.tick(nowNanos);
    files.tick(roster.all(), nowNanos);
    sweep.tick(nowNanos);
    presence.tick(roster, nowNanos, out);
    roster.tick(nowNanos);
  }

  /** Sends to subscribers and store what may go; true if there is more to do at once. */
  boolean pump() {
    boolean more = false;
    for (Participant member : roster.all()) {
      more |= member.feed != null && pump(member);
    }
    journal.flush();
    return more;
  }

  /** What cannot be sent to one subscriber ends its link alone (SPEC ER4). */
  private boolean pump(Participant member) {
    try {
      return member.feed.pump(out, PUMP_BYTES)
          || member.feed.pump(member.fileFeed, out, FILE_PUMP_BYTES);
    } catch (RuntimeException e) {
      Link link = member.link(Channel.SUBSCRIBER);
      out.fault("the stream to " + member.name + " is ended", e);
      out.end(link, ErrorCode.INTERNAL, "The server met an error over your stream; tell its host.");
      gone(member, link);
      return false;
    }
  }

  /** Whether something waits for a moment soon to come. */
  boolean isHurried() {
    return presence.isWaiting();
  }

  /** Does this once all that was said so far is durable. */
  void whenDurable(Runnable action) {
    journal.afterwards(action);
  }

  /** Whoever was banned under this name may come back; false if nobody was. */
  boolean unban(String user) {
    boolean was = roster.unban(user);
    if (was) {
      out.log(LogLine.of("unban").with("user", user).with("session", name));
    }
    return was;
  }

  /** How it stands. */
  Census.Session census() {
    return new Census.Session(
        name,
        state(),
        blenderVersion(),
        ledger.nodes().size(),
        ledger.durableSequence(),
        ledger.waitingBytes(),
        roster.all().stream().map(Participant::shown).toList(),
        roster.banned());
  }

  private void log(String event, Participant member) {
    out.log(LogLine.of(event).with("user", member.name).with("session", name));
  }

  /** Whether all that was said is durable. */
  boolean isSettled() {
    return !journal.isBusy();
  }

  private UUID newIdentity() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low);
  }
}
