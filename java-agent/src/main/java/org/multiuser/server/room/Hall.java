package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;

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
  private final Outbox out = new Outbox();
  private final Map<Link, Peer> peers = new HashMap<>();
  private final Sessions sessions;
  private final OrderDesk orders;
  private long tickedNanos;
  private boolean more;

  /** An empty hall; {@link Event.Loaded} brings its first sessions. */
  public Hall(HallSettings settings, Passwords passwords, RandomGenerator random, Codecs codecs) {
    this.settings = settings;
    sessions = new Sessions(settings, passwords, random, codecs, out);
    door = sessions.door();
    orders = new OrderDesk(sessions.rooms(), sessions.failed(), out);
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
      sessions.openKept(wanted.session());
    } else if (event instanceof Event.Asked asked) {
      orders.take(asked, peers.size());
    } else if (event instanceof Event.Stop) {
      sessions.stop();
    } else {
      sessions.store(event, nowNanos);
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
      sessions.fault(saved.session(), cause);
    } else if (event instanceof Event.EntriesRead read) {
      sessions.fault(read.session(), cause);
    } else {
      out.fault("an event was not taken in: " + event.getClass().getSimpleName(), cause);
    }
  }

  /** Sends what may be sent by now; to be called when the events at hand are all in. */
  public List<Effect> pump() {
    more = false;
    sessions.inEach(room -> more |= room.pump());
    return out.take();
  }

  /** How long the driver may wait for events, in milliseconds; 0 if there is work left. */
  public long waitMillis() {
    if (more) {
      return 0;
    }
    return sessions.rooms().values().stream().anyMatch(Room::isHurried)
        ? HURRIED_MILLIS
        : CALM_MILLIS;
  }

  /** Whether everything that was said is durable. */
  public boolean isSettled() {
    return sessions.rooms().values().stream().allMatch(Room::isSettled);
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
    List<Message.SessionInfo> infos = new ArrayList<>();
    sessions
        .rooms()
        .forEach(
            (name, room) ->
                infos.add(
                    new Message.SessionInfo(
                        name, room.state(), room.users(), door.isLocked(), room.blenderVersion())));
    out.send(
        peer.link,
        new Message.Welcome(
            ProtocolVersion.MAJOR, ProtocolVersion.MINOR, settings.software(), infos));
  }

  /** A first message on Subscriber, Publisher or TTL (SPEC CH4). */
  private void unbound(Peer peer, Message message, long nowNanos) {
    byte[] token = Requests.tokenOf(peer.link.channel(), message);
    for (Room room : sessions.rooms().values()) {
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
    sessions.inEach(room -> room.tick(nowNanos));
  }
}
