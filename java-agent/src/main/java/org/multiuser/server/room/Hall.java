package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Role;

/**
 * The server's core: all sessions, and the way into them. Stepped: {@link #step} takes what
 * happened and the time, and returns what is to be done; nothing else has an effect. Used by one
 * thread.
 */
public final class Hall {
  /** The session that exists from the start (SPEC SE6). */
  public static final String MAIN = "main";

  private static final int MAX_MESSAGES_BEFORE_LOGIN = 64;
  private static final long UNBOUND_NANOS = 60_000_000_000L;
  private static final long CALM_MILLIS = 250;
  private static final long HURRIED_MILLIS = 20;

  private final HallSettings settings;
  private final Door door;
  private final RandomGenerator random;
  private final Codecs codecs;
  private final Outbox out = new Outbox();
  private final Map<Link, Peer> peers = new HashMap<>();
  private final Map<String, Room> rooms = new TreeMap<>();

  /** Sessions of which something is kept: they may be opened by anyone again (SPEC DU7). */
  private final Set<String> known = new TreeSet<>();

  /** Sessions that could not be opened or kept, until they are opened anew. */
  private final Set<String> failed = new TreeSet<>();

  private final OrderDesk orders = new OrderDesk(rooms, failed, out);

  private final Map<String, List<PendingLogin>> opening = new HashMap<>();
  private long tickedNanos;
  private boolean more;

  private record PendingLogin(Peer peer, Message.Login login, Role granted) {}

  /** An empty hall; {@link Event.Loaded} brings its first sessions. */
  public Hall(HallSettings settings, Passwords passwords, RandomGenerator random, Codecs codecs) {
    this.settings = settings;
    this.random = random;
    this.codecs = codecs;
    door = new Door(passwords, out, this::enter);
  }

  /**
   * Takes what happened.
   *
   * @param nowNanos a clock that never goes back
   * @return what is to be done, in order
   */
  public List<Effect> step(Event event, long nowNanos) {
    out.figures().nowNanos = nowNanos;
    try {
      handle(event, nowNanos);
    } catch (RuntimeException e) {
      fault(event, e);
    }
    return out.take();
  }

  private void handle(Event event, long nowNanos) {
    if (event instanceof Event.Received received) {
      received(received, nowNanos);
    } else if (event instanceof Event.Opened opened) {
      peers.put(opened.link(), new Peer(opened.link(), opened.address(), nowNanos));
    } else if (event instanceof Event.Malformed malformed) {
      end(peers.get(malformed.link()), malformed.code(), malformed.text());
    } else if (event instanceof Event.Gone gone) {
      gone(gone.link());
    } else if (event instanceof Event.PasswordChecked checked) {
      door.checked(checked, nowNanos);
    } else if (event instanceof Event.Tick) {
      tick(nowNanos);
    } else if (event instanceof Event.OpenSession wanted) {
      known.add(wanted.session());
      open(wanted.session());
    } else if (event instanceof Event.Asked asked) {
      orders.take(asked, peers.size());
    } else if (event instanceof Event.Stop) {
      rooms
          .values()
          .forEach(
              room ->
                  room.membership().endAll(ErrorCode.SERVER_STOPPING, "The server is stopping."));
    } else {
      store(event, nowNanos);
    }
  }

  /** An error of the server's own harms the link or the session that it arose over alone (ER4). */
  private void fault(Event event, RuntimeException cause) {
    if (event instanceof Event.Received received) {
      Peer peer = peers.get(received.link());
      String kind = received.message().getClass().getSimpleName();
      out.fault("a link is ended over a " + kind, cause);
      end(peer, ErrorCode.INTERNAL, "The server met an error over this message; tell its host.");
    } else if (event instanceof Event.Saved saved) {
      fault(saved.session(), cause);
    } else if (event instanceof Event.EntriesRead read) {
      fault(read.session(), cause);
    } else {
      out.fault("an event was not taken in: " + event.getClass().getSimpleName(), cause);
    }
  }

  /**
   * A session may be half way through something: it ends without acknowledging any more, and is
   * opened anew from its store by the next log-in.
   */
  private void fault(String session, RuntimeException cause) {
    out.fault("session " + session + " met an error", cause);
    close(session, ErrorCode.INTERNAL, "The server met an error and opens the session anew.");
  }

  private void inEachRoom(Consumer<Room> work) {
    for (Map.Entry<String, Room> entry : List.copyOf(rooms.entrySet())) {
      try {
        work.accept(entry.getValue());
      } catch (RuntimeException e) {
        fault(entry.getKey(), e);
      }
    }
  }

  /** Sends what may be sent by now; to be called when the events at hand are all in. */
  public List<Effect> pump() {
    more = false;
    inEachRoom(room -> more |= room.pump());
    return out.take();
  }

  /** How long the driver may wait for events, in milliseconds; 0 if there is work left. */
  public long waitMillis() {
    if (more) {
      return 0;
    }
    return rooms.values().stream().anyMatch(Room::isHurried) ? HURRIED_MILLIS : CALM_MILLIS;
  }

  /** Whether everything that was said is durable. */
  public boolean isSettled() {
    return rooms.values().stream().allMatch(Room::isSettled);
  }

  // --- peers ---

  private void received(Event.Received received, long nowNanos) {
    Peer peer = peers.get(received.link());
    if (peer == null || peer.stage instanceof Peer.Ended) {
      return;
    }
    if (peer.stage instanceof Peer.Member member) {
      if (!peer.link.equals(member.participant().link(peer.link.channel()))) {
        peer.stage = new Peer.Ended();
        return;
      }
      keepPace(peer, received.message(), nowNanos);
      ofMember(peer, member, received.message(), nowNanos);
    } else if (++peer.messagesBeforeLogin > MAX_MESSAGES_BEFORE_LOGIN) {
      end(peer, ErrorCode.TOO_FAST, "Too many messages without a log-in.");
    } else if (peer.link.channel() == Channel.COMMANDS) {
      beforeLogin(peer, received.message(), nowNanos);
    } else {
      unbound(peer, received.message(), nowNanos);
    }
  }

  /** Whoever talks too fast is heard later; nothing that was said is lost (SPEC LM6). */
  private void keepPace(Peer peer, Message message, long nowNanos) {
    long nanos = peer.pace.take(Pace.cost(message), nowNanos);
    if (nanos > 0) {
      out.add(new Effect.Slow(peer.link, nanos));
    }
  }

  private void beforeLogin(Peer peer, Message message, long nowNanos) {
    if (message instanceof Message.Hello hello && !(peer.stage instanceof Peer.Waiting)) {
      hello(peer, hello);
    } else if (message instanceof Message.Login login && peer.stage instanceof Peer.Greeted) {
      door.knock(peer, login, nowNanos);
    } else {
      out.send(
          peer.link,
          new Message.Failed(
              Requests.requestOf(message), ErrorCode.NOT_LOGGED_IN, "Say Hello, then log in."));
    }
  }

  private void hello(Peer peer, Message.Hello hello) {
    if (hello.major() != ProtocolVersion.MAJOR) {
      end(
          peer,
          ErrorCode.WRONG_VERSION,
          "This server speaks protocol "
              + ProtocolVersion.MAJOR
              + "."
              + ProtocolVersion.MINOR
              + "; update the older side.");
      return;
    }
    peer.stage = new Peer.Greeted();
    List<Message.SessionInfo> sessions = new ArrayList<>();
    rooms.forEach(
        (name, room) ->
            sessions.add(
                new Message.SessionInfo(
                    name, room.state(), room.users(), door.isLocked(), room.blenderVersion())));
    out.send(
        peer.link,
        new Message.Welcome(
            ProtocolVersion.MAJOR, ProtocolVersion.MINOR, settings.software(), sessions));
  }

  /** A first message on Subscriber, Publisher or TTL (SPEC CH4). */
  private void unbound(Peer peer, Message message, long nowNanos) {
    byte[] token = Requests.tokenOf(peer.link.channel(), message);
    for (Room room : rooms.values()) {
      Participant member = token == null ? null : room.byToken(token);
      if (member != null) {
        peer.stage = new Peer.Member(room, member);
        if (message instanceof Message.Subscribe subscribe) {
          room.subscribe(member, peer.link, subscribe, nowNanos);
        } else {
          room.bind(member, peer.link, nowNanos);
        }
        return;
      }
    }
    out.send(
        peer.link, new Message.Failed(0, ErrorCode.NOT_LOGGED_IN, "Log in on Commands first."));
  }

  private void ofMember(Peer peer, Peer.Member member, Message message, long nowNanos) {
    Room room = member.room();
    Participant user = member.participant();
    try {
      switch (peer.link.channel()) {
        case COMMANDS -> room.command(user, peer.link, message, nowNanos);
        case SUBSCRIBER -> onSubscriber(room, user, peer.link, message, nowNanos);
        case PUBLISHER -> onPublisher(room, user, message, nowNanos);
        case TTL -> onTtl(room, user, peer.link, message, nowNanos);
      }
    } catch (ProtocolException e) {
      end(peer, e.code(), e.getMessage());
    }
  }

  private static void onSubscriber(
      Room room, Participant user, Link link, Message message, long nowNanos) {
    if (message instanceof Message.Grant grant) {
      room.granted(user, grant, nowNanos);
    } else if (message instanceof Message.Subscribe subscribe) {
      room.subscribe(user, link, subscribe, nowNanos);
    } else {
      room.filesFor(user, message, nowNanos);
    }
  }

  private static void onPublisher(Room room, Participant user, Message message, long nowNanos) {
    if (message instanceof Message.PushPart part) {
      room.pushed(user, part, nowNanos);
    } else {
      room.filesFrom(user, message, nowNanos);
    }
  }

  private static void onTtl(
      Room room, Participant user, Link link, Message message, long nowNanos) {
    if (message instanceof Message.Heartbeat beat) {
      room.heartbeat(user, link, beat, nowNanos);
    } else if (message instanceof Message.Presence presence) {
      room.present(user, presence, nowNanos);
    } else {
      throw Requests.misplaced();
    }
  }

  private void end(Peer peer, ErrorCode code, String text) {
    if (peer != null && !(peer.stage instanceof Peer.Ended)) {
      out.figures().refused(Tally.Matter.LINK, code);
      out.log(
          LogLine.of("link.ended")
              .with("address", peer.address)
              .with("channel", peer.link.channel())
              .with("code", code)
              .with("text", text));
      out.end(peer.link, code, text);
      if (peer.stage instanceof Peer.Member member) {
        member.room().gone(member.participant(), peer.link);
      }
      peer.stage = new Peer.Ended();
    }
  }

  private void gone(Link link) {
    Peer peer = peers.remove(link);
    if (peer == null) {
      return;
    }
    if (peer.stage instanceof Peer.Member member) {
      member.room().gone(member.participant(), link);
    }
    peer.stage = new Peer.Ended();
  }

  // --- logging in ---

  private void enter(Peer peer, Message.Login login, Role granted, long nowNanos) {
    Room room = rooms.get(login.session());
    if (room != null) {
      join(room, peer, login, granted, nowNanos);
    } else if (granted == Role.ADMIN
        && !isThere(login.session())
        && sessions() >= settings.limits().sessions()) {
      door.refuse(
          peer,
          login,
          ErrorCode.NOT_ALLOWED,
          "This server keeps no more sessions; use another one, or ask its host.");
    } else if (granted == Role.ADMIN || isThere(login.session())) {
      peer.stage = new Peer.Waiting();
      open(login.session());
      opening.get(login.session()).add(new PendingLogin(peer, login, granted));
    } else {
      door.refuse(
          peer, login, ErrorCode.NO_SUCH_SESSION, "No such session; only an admin makes one.");
    }
  }

  /** How many there are, those included that are not open. */
  private int sessions() {
    Set<String> all = new TreeSet<>(known);
    all.addAll(opening.keySet());
    return all.size();
  }

  private boolean isThere(String session) {
    return session.equals(MAIN) || known.contains(session) || opening.containsKey(session);
  }

  private void join(Room room, Peer peer, Message.Login login, Role granted, long nowNanos) {
    Optional<Refusal> refusal = room.membership().login(login, granted, peer.link, nowNanos);
    if (refusal.isPresent()) {
      door.refuse(peer, login, refusal.get().code(), refusal.get().text());
      return;
    }
    peer.stage = new Peer.Member(room, room.member(login.client()));
    out.figures().logIns++;
    out.log(
        LogLine.of("login")
            .with("user", login.userName())
            .with("session", login.session())
            .with("role", room.member(login.client()).role)
            .with("address", peer.address)
            .with("blender", login.blenderVersion()));
  }

  // --- the stores ---

  private void open(String session) {
    if (!rooms.containsKey(session) && !opening.containsKey(session)) {
      opening.put(session, new ArrayList<>());
      out.add(new Effect.Load(session));
    }
  }

  private void store(Event event, long nowNanos) {
    if (event instanceof Event.Loaded loaded) {
      loaded(loaded, nowNanos);
    } else if (event instanceof Event.LoadFailed failed) {
      loadFailed(failed.session(), failed.text());
    } else if (event instanceof Event.StoreFailed failed) {
      storeFailed(failed);
    } else if (event instanceof Event.Saved saved && rooms.containsKey(saved.session())) {
      rooms.get(saved.session()).saved(saved.keptBytes());
    } else if (event instanceof Event.EntriesRead read && rooms.containsKey(read.session())) {
      rooms.get(read.session()).entriesRead(read);
    } else if (event instanceof Event.Compared result && rooms.containsKey(result.session())) {
      rooms.get(result.session()).compared(result, nowNanos);
    } else if (event instanceof Event.OfFile ofFile && rooms.containsKey(ofFile.session())) {
      rooms.get(ofFile.session()).files(ofFile);
    }
  }

  private void loaded(Event.Loaded loaded, long nowNanos) {
    try {
      Room room =
          new Room(loaded.session(), loaded.stored(), settings, random, codecs, out, nowNanos);
      rooms.put(loaded.session(), room);
      known.add(loaded.session());
      failed.remove(loaded.session());
      out.log(LogLine.of("session.opened").with("session", loaded.session()));
    } catch (ProtocolException e) {
      out.add(new Effect.CloseStore(loaded.session()));
      loadFailed(loaded.session(), "its log cannot be understood: " + e.getMessage());
      return;
    }
    for (PendingLogin pending : orNone(opening.remove(loaded.session()))) {
      if (pending.peer.stage instanceof Peer.Waiting) {
        join(rooms.get(loaded.session()), pending.peer, pending.login, pending.granted, nowNanos);
      }
    }
  }

  private void loadFailed(String session, String text) {
    failed.add(session);
    out.warn(LogLine.of("session.unopened").with("session", session).with("text", text));
    for (PendingLogin pending : orNone(opening.remove(session))) {
      if (pending.peer.stage instanceof Peer.Waiting) {
        door.refuse(
            pending.peer,
            pending.login,
            ErrorCode.STORE_FAILED,
            "The server cannot open this session; ask its host to look at the log.");
      }
    }
  }

  private void storeFailed(Event.StoreFailed event) {
    failed.add(event.session());
    out.warn(
        LogLine.of("session.closed").with("session", event.session()).with("text", event.text()));
    close(
        event.session(),
        ErrorCode.STORE_FAILED,
        "The server can no longer keep this session; tell its host.");
  }

  private void close(String session, ErrorCode code, String text) {
    Room room = rooms.remove(session);
    if (room != null) {
      room.membership().endAll(code, text);
      out.add(new Effect.CloseStore(session));
    }
  }

  private static List<PendingLogin> orNone(List<PendingLogin> waiting) {
    return waiting == null ? List.of() : waiting;
  }

  // --- time ---

  private void tick(long nowNanos) {
    if (nowNanos - tickedNanos >= CALM_MILLIS * 1_000_000L) {
      tickedNanos = nowNanos;
      door.tick(nowNanos);
      for (Peer peer : List.copyOf(peers.values())) {
        boolean idle = !(peer.stage instanceof Peer.Member);
        if (idle && nowNanos - peer.openedNanos > UNBOUND_NANOS) {
          end(peer, ErrorCode.NOT_LOGGED_IN, "No log-in came for a minute.");
        }
      }
    }
    inEachRoom(room -> room.tick(nowNanos));
  }
}
