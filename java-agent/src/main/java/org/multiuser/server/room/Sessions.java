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
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;

/**
 * The sessions of a server: which are open, which are kept, and who waits for one to be opened. A
 * part of the {@link Hall}, used by its thread.
 */
final class Sessions {
  private final HallSettings settings;
  private final RandomGenerator random;
  private final Codecs codecs;
  private final Outbox out;
  private final Door door;
  private final Map<String, Room> rooms = new TreeMap<>();

  /** Sessions of which something is kept: they may be opened by anyone again (SPEC DU7). */
  private final Set<String> known = new TreeSet<>();

  /** Sessions that could not be opened or kept, until they are opened anew. */
  private final Set<String> failed = new TreeSet<>();

  private final Map<String, List<PendingLogin>> opening = new HashMap<>();

  private record PendingLogin(Peer peer, Message.Login login, Role granted) {}

  Sessions(
      HallSettings settings,
      Passwords passwords,
      RandomGenerator random,
      Codecs codecs,
      Outbox out) {
    this.settings = settings;
    this.random = random;
    this.codecs = codecs;
    this.out = out;
    door = new Door(passwords, out, this::enter);
  }

  /** Where log-ins come in. */
  Door door() {
    return door;
  }

  /** The open ones by name; changes with them. */
  Map<String, Room> rooms() {
    return rooms;
  }

  /** Those that could not be opened or kept; changes with them. */
  Set<String> failed() {
    return failed;
  }

  /** Opens one of which something is kept. */
  void openKept(String session) {
    known.add(session);
    open(session);
  }

  /** Tells everybody that the server ends. */
  void stop() {
    for (Room room : rooms.values()) {
      room.membership().endAll(ErrorCode.SERVER_STOPPING, "The server is stopping.");
    }
  }

  /** Does this in each open session; an error of one harms that one alone (SPEC ER4). */
  void inEach(Consumer<Room> work) {
    for (Map.Entry<String, Room> entry : List.copyOf(rooms.entrySet())) {
      try {
        work.accept(entry.getValue());
      } catch (RuntimeException e) {
        fault(entry.getKey(), e);
      }
    }
  }

  /**
   * A session may be half way through something: it ends without acknowledging any more, and is
   * opened anew from its store by the next log-in.
   */
  void fault(String session, RuntimeException cause) {
    out.fault("session " + session + " met an error", cause);
    close(session, ErrorCode.INTERNAL, "The server met an error and opens the session anew.");
  }

  private void enter(Peer peer, Message.Login login, Role granted, long nowNanos) {
    Room room = rooms.get(login.session());
    if (room != null) {
      join(room, peer, login, granted, nowNanos);
    } else if (granted == Role.ADMIN
        && !isThere(login.session())
        && count() >= settings.limits().sessions()) {
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
  private int count() {
    Set<String> all = new TreeSet<>(known);
    all.addAll(opening.keySet());
    return all.size();
  }

  private boolean isThere(String session) {
    return session.equals(Hall.MAIN) || known.contains(session) || opening.containsKey(session);
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

  private void open(String session) {
    if (!rooms.containsKey(session) && !opening.containsKey(session)) {
      opening.put(session, new ArrayList<>());
      out.add(new Effect.Load(session));
    }
  }

  /** What the keeper of the sessions says. */
  void store(Event event, long nowNanos) {
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
}
