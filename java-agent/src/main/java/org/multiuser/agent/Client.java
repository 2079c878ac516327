package org.multiuser.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.presence.PresencePacer;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Notice;
import org.multiuser.repository.Repository;

/**
 * One join of one session: the protocol's client side, from the first Hello through lost links to
 * the end. A stepped core: inputs come with the time, {@link #drain} hands out what is to be done.
 * Used by one thread.
 *
 * <p>Nothing acknowledged is lost and nothing is applied twice: commits stay pending in the {@link
 * Repository} until they came back in the order, and are pushed again in order over each new link.
 */
public final class Client {
  private static final long SECOND = 1_000_000_000L;
  private static final long HEARTBEAT_NANOS = SECOND;
  private static final long SILENCE_NANOS = 3 * SECOND;
  private static final long ANSWER_NANOS = 5 * SECOND;
  private static final long FIRST_BACK_OFF_NANOS = SECOND / 4;
  private static final long LAST_BACK_OFF_NANOS = 5 * SECOND;
  private static final int MAX_OWNED_NODES = 10_000;
  private static final int MAX_OWNER_EVENTS = 64;
  private static final UUID NOTHING = new UUID(0, 0);

  private final UUID id;
  private final ConnectOptions options;
  private final Repository repository;
  private final Uplink uplink;
  private final Downlink downlink;
  private final PresencePacer presence = new PresencePacer();
  private final Map<UUID, Value.Fields> presences = new HashMap<>();
  private final List<Effect> effects = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private ClientState state = new ClientState.Offline();
  private List<User> users = List.of();
  private byte[] secret;
  private byte[] token;
  private Role role;
  private UUID incarnation;
  private SessionState session;
  private boolean joined;
  private boolean bound;
  private boolean initialiser;

  /** Whether InitialiseDone is asked for and the session is not known to be active yet. */
  private boolean finishing;

  private boolean snapshotWanted;
  private boolean autoPush = true;
  private long pushUpTo;
  private long request;
  private long loginRequest;
  private long initialiseRequest;
  private long attemptNanos;
  private long retryNanos;

  /** Whether all links are closed until the next attempt. */
  private boolean waiting;

  private long backOffNanos = FIRST_BACK_OFF_NANOS;
  private long heardNanos;
  private long beatNanos;
  private int pingMillis = -1;

  /**
   * A client that is not connected yet.
   *
   * @param id its identity (SPEC ID2)
   * @param secret what the server handed out for it earlier, empty for a new identity
   * @param bulk packs and unpacks buffers
   */
  public Client(
      UUID id, byte[] secret, ConnectOptions options, Repository repository, BulkCodec bulk) {
    this.id = id;
    this.secret = secret.clone();
    this.options = options;
    this.repository = repository;
    CommitCodec commits = new CommitCodec(bulk);
    uplink = new Uplink(repository, commits);
    downlink =
        new Downlink(repository, new NodeCodec(bulk), new LogEntryCodec(commits), this::seen);
  }

  // --- commands ---

  /** Begins; once. */
  public void connect(long nowNanos) {
    state = new ClientState.Connecting();
    open(nowNanos);
  }

  /** Leaves for good. */
  public void disconnect() {
    if (token != null && !(state instanceof ClientState.Reconnecting)) {
      send(Channel.COMMANDS, new Message.Leave(++request));
    }
    close(new ClientState.Offline());
    effects.add(new Effect.Forget());
  }

  /** Asks to bring the session into being (SPEC SE3). */
  public void initialise(boolean empty) {
    requireLoggedIn();
    initialiser = !empty;
    finishing = false;
    initialiseRequest = ++request;
    if (empty) {
      repository.forgetScene();
    }
    send(Channel.COMMANDS, new Message.Initialise(initialiseRequest, empty));
  }

  /** Everything committed up to now is the session's first content (SPEC SE4). */
  public void initialiseDone() {
    requireLoggedIn();
    pushUpTo = repository.lastCounter();
    finishing = true;
    sendInitialiseDone();
    pump();
  }

  /** Names the last pending commit: those that are not pending are settled, or were dropped. */
  private void sendInitialiseDone() {
    send(Channel.COMMANDS, new Message.InitialiseDone(++request, repository.lastPending()));
  }

  /** Asks for a change of owner (SPEC RI5). */
  public void own(OwnerAction action, Collection<UUID> nodes, UUID to) {
    requireLoggedIn();
    List<UUID> all = List.copyOf(nodes);
    for (int from = 0; from < all.size(); from += MAX_OWNED_NODES) {
      List<UUID> some = all.subList(from, Math.min(all.size(), from + MAX_OWNED_NODES));
      send(Channel.COMMANDS, new Message.ChangeOwner(++request, action, some, to));
    }
  }

  /** Asks to remove a user (SPEC RI8). */
  public void kick(UUID user, String reason) {
    requireLoggedIn();
    send(Channel.COMMANDS, new Message.Kick(++request, user, reason, false));
  }

  /** Where this user is. */
  public void presence(Value.Fields fields, long nowNanos) {
    presence.offer(fields);
    beat(nowNanos);
  }

  /** Whether commits go out as they are made. */
  public void setAutoPush(boolean on) {
    autoPush = on;
    pushUpTo = repository.lastCounter();
    pump();
  }

  /** Lets out what is committed up to now. */
  public void push() {
    pushUpTo = repository.lastCounter();
    pump();
  }

  /** Sends what may be sent; to be called after anything was committed. */
  public void pump() {
    if (bound && mayCommit() && repository.isSynced()) {
      long upTo = autoPush ? Long.MAX_VALUE : pushUpTo;
      uplink.pump(upTo, message -> send(Channel.PUBLISHER, message));
    }
    for (Notice notice : repository.notices()) {
      Event.Kind kind = notice.code() == null ? Event.Kind.INFO : Event.Kind.REFUSED;
      events.add(new Event(kind, notice.text(), notice.node(), notice.code(), notice.owner()));
    }
  }

  // --- from the driver ---

  /** A message came over one of the links. */
  public void receive(Channel channel, Message message, long nowNanos) {
    if (!isAlive() || waiting) {
      return;
    }
    try {
      switch (channel) {
        case COMMANDS -> command(message, nowNanos);
        case SUBSCRIBER -> subscriber(message, nowNanos);
        case PUBLISHER -> publisher(message, nowNanos);
        case TTL -> ttl(message, nowNanos);
      }
    } catch (ProtocolException e) {
      snapshotWanted = true;
      lost("The server's answer could not be understood: " + e.getMessage(), nowNanos);
    }
    pump();
  }

  /** A link was refused, or lost. */
  public void linkLost(String text, long nowNanos) {
    if (isConnecting()) {
      end(ErrorCode.TIMED_OUT, text);
    } else if (isAlive() && !waiting) {
      lost(text, nowNanos);
    }
  }

  /** Time passes. */
  public void tick(long nowNanos) {
    if (!isAlive()) {
      return;
    }
    if (state instanceof ClientState.Reconnecting lost) {
      if (nowNanos - lost.sinceNanos() > options.timeoutMillis() * 1_000_000L) {
        end(ErrorCode.TIMED_OUT, "The server could not be reached again; connect to try anew.");
      } else if (waiting && nowNanos - retryNanos >= 0) {
        open(nowNanos);
      }
    }
    boolean answered = bound || waiting || !isAlive();
    if (!answered && nowNanos - attemptNanos > ANSWER_NANOS) {
      String text = "The server at " + address() + " did not answer.";
      if (isConnecting()) {
        end(ErrorCode.TIMED_OUT, text);
      } else {
        lost(text, nowNanos);
      }
    }
    beat(nowNanos);
    if (bound && nowNanos - heardNanos > SILENCE_NANOS) {
      lost("The server is silent.", nowNanos);
    }
  }

  /** How long until {@link #tick} is due, in milliseconds. */
  public long waitMillis(long nowNanos) {
    if (!isAlive()) {
      return 60_000;
    }
    long due = waiting ? retryNanos : bound ? beatNanos + HEARTBEAT_NANOS : nowNanos + SECOND;
    if (bound && presence.isWaiting()) {
      due = nowNanos + SECOND / 20;
    }
    return Math.max(1, (due - nowNanos + 999_999) / 1_000_000);
  }

  /** What is to be done since the last call, in order. */
  public List<Effect> drain() {
    List<Effect> all = List.copyOf(effects);
    effects.clear();
    return all;
  }

  // --- to look at ---

  /** What the user should know since the last call. */
  public List<Event> events() {
    List<Event> all = List.copyOf(events);
    events.clear();
    return all;
  }

  /** Where the client stands. */
  public ClientState state() {
    return state;
  }

  /** What proves the identity to the server, empty before the first log-in. */
  public byte[] secret() {
    return secret.clone();
  }

  /** Who this client is. */
  public UUID id() {
    return id;
  }

  /** What this user may do, or null before the log-in. */
  public Role role() {
    return role;
  }

  /** Everyone in the session. */
  public List<User> users() {
    return users;
  }

  /** Where the others are. */
  public Map<UUID, Value.Fields> presences() {
    return Map.copyOf(presences);
  }

  // --- Commands ---

  private void command(Message message, long nowNanos) {
    if (message instanceof Message.Welcome) {
      welcome();
    } else if (message instanceof Message.LoggedIn in) {
      loggedIn(in, nowNanos);
    } else if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
    } else if (message instanceof Message.StateChanged changed) {
      session = changed.state();
      incarnation = changed.incarnation();
      settle();
    } else if (message instanceof Message.Users now) {
      users(now.users());
    } else if (!(message instanceof Message.Done)) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "unexpected message on Commands");
    }
  }

  private void welcome() {
    if (state instanceof ClientState.Connecting) {
      state = new ClientState.LoggingIn();
    }
    loginRequest = ++request;
    send(
        Channel.COMMANDS,
        new Message.Login(
            loginRequest,
            options.session(),
            id,
            secret,
            options.userName(),
            options.colour(),
            options.serverPassword(),
            options.adminPassword(),
            options.blenderVersion(),
            false));
  }

  private void loggedIn(Message.LoggedIn in, long nowNanos) {
    token = in.token();
    role = in.role();
    session = in.state();
    incarnation = in.incarnation();
    initialiser &= session == SessionState.INITIALISING;
    finishing &= initialiser;
    joined = true;
    bound = true;
    heardNanos = nowNanos;
    beatNanos = nowNanos - HEARTBEAT_NANOS;
    backOffNanos = FIRST_BACK_OFF_NANOS;
    if (!Arrays.equals(secret, in.secret())) {
      secret = in.secret();
      effects.add(new Effect.Remember(secret));
    }
    downlink.restart();
    uplink.restart();
    presence.restart();
    boolean fresh = snapshotWanted || repository.incarnation() == null;
    send(
        Channel.SUBSCRIBER,
        new Message.Subscribe(
            token,
            fresh ? NOTHING : repository.incarnation(),
            fresh ? 0 : repository.image().sequence(),
            Downlink.WINDOW_BYTES));
    snapshotWanted = false;
    send(Channel.PUBLISHER, new Message.Bind(token));
    send(Channel.TTL, new Message.Bind(token));
    if (finishing) {
      sendInitialiseDone(); // The one before may have been lost with its link.
    }
    beat(nowNanos);
    settle();
  }

  private void failed(Message.Failed failed, long nowNanos) {
    boolean ofLogin = failed.request() == loginRequest && !bound;
    if (failed.request() != 0 && !ofLogin) {
      if (failed.request() == initialiseRequest) {
        initialiser = false;
      }
      events.add(new Event(Event.Kind.WARNING, failed.text(), null, failed.code(), null));
      return;
    }
    switch (failed.code()) {
      case TOO_FAST -> {
        if (state instanceof ClientState.LoggingIn) {
          state = new ClientState.Reconnecting(nowNanos);
        }
        lost(failed.text(), nowNanos);
      }
      case INTERNAL, NOT_LOGGED_IN, SERVER_STOPPING, STORE_FAILED -> {
        if (joined) {
          lost(failed.text(), nowNanos);
        } else {
          end(failed.code(), failed.text());
        }
      }
      default -> end(failed.code(), failed.text());
    }
  }

  private void users(List<User> now) {
    if (!users.isEmpty()) {
      Map<UUID, User> before = new HashMap<>();
      users.forEach(user -> before.put(user.id(), user));
      for (User user : now) {
        if (before.remove(user.id()) == null && !user.id().equals(id)) {
          events.add(Event.of(Event.Kind.JOINED, user.name() + " joined the session."));
        }
      }
      for (User user : before.values()) {
        presences.remove(user.id());
        events.add(Event.of(Event.Kind.LEFT, user.name() + " left the session."));
      }
    }
    users = List.copyOf(now);
  }

  // --- the other channels ---

  private void subscriber(Message message, long nowNanos) {
    if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
      return;
    }
    long grant = downlink.receive(message);
    if (grant > 0) {
      send(Channel.SUBSCRIBER, new Message.Grant(grant));
    }
    settle();
  }

  private void publisher(Message message, long nowNanos) {
    if (message instanceof Message.Grant grant) {
      uplink.grant(grant.bytes());
    } else if (message instanceof Message.Refused refused) {
      repository.refused(refused.counter(), refused.code(), refused.text(), refused.owner());
    } else if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
    } else if (!(message instanceof Message.Accepted)) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "unexpected message on Publisher");
    }
  }

  private void ttl(Message message, long nowNanos) {
    heardNanos = nowNanos;
    if (message instanceof Message.HeartbeatReply reply) {
      pingMillis = (int) Math.min(60_000, Math.max(0, (nowNanos - reply.sentNanos()) / 1_000_000));
    } else if (message instanceof Message.UserPresence other) {
      presences.put(other.user(), other.state());
    } else if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
    }
  }

  private void beat(long nowNanos) {
    if (!bound) {
      return;
    }
    if (nowNanos - beatNanos >= HEARTBEAT_NANOS) {
      beatNanos = nowNanos;
      send(Channel.TTL, new Message.Heartbeat(nowNanos, pingMillis));
    }
    presence.poll(nowNanos).ifPresent(fields -> send(Channel.TTL, new Message.Presence(fields)));
  }

  // --- states ---

  /** Works out the state from what the session is and how far the stream has come. */
  private void settle() {
    if (!bound) {
      return;
    }
    boolean here = downlink.isCaughtUp() && incarnation.equals(downlink.incarnation());
    if (mayCommit() && here && downlink.tellCaughtUp()) {
      if (session == SessionState.INITIALISING && !repository.hasImage()) {
        repository.offerScene();
      }
      repository.caughtUp(downlink.settledCounter());
    }
    if (session == SessionState.LOBBY) {
      state = new ClientState.Lobby();
    } else if (session == SessionState.INITIALISING) {
      state = new ClientState.Initialising(initialiser);
    } else {
      state =
          here
              ? new ClientState.Online()
              : new ClientState.Syncing(downlink.done(), downlink.total());
    }
  }

  /** Whether the session takes this client's commits now (SPEC SE5). */
  private boolean mayCommit() {
    return session == SessionState.ACTIVE || (session == SessionState.INITIALISING && initialiser);
  }

  private void seen(LogEntry entry) {
    if (entry instanceof LogEntry.OwnerChanged changed) {
      String text = changed.owner() == null ? "is free again" : "has an owner";
      List<UUID> nodes = changed.nodes();
      for (UUID node : nodes.subList(0, Math.min(nodes.size(), MAX_OWNER_EVENTS))) {
        events.add(
            new Event(Event.Kind.OWNER, "A datablock " + text + ".", node, null, changed.owner()));
      }
    }
  }

  private void open(long nowNanos) {
    attemptNanos = nowNanos;
    waiting = false;
    bound = false;
    token = null;
    effects.add(new Effect.Open(options.host(), options.port()));
    send(
        Channel.COMMANDS,
        new Message.Hello(ProtocolVersion.MAJOR, ProtocolVersion.MINOR, "multi-user-agent"));
  }

  private void lost(String text, long nowNanos) {
    bound = false;
    token = null;
    effects.add(new Effect.Close());
    if (!(state instanceof ClientState.Reconnecting)) {
      state = new ClientState.Reconnecting(nowNanos);
      events.add(Event.of(Event.Kind.WARNING, "The link was lost, trying again. " + text));
    }
    waiting = true;
    retryNanos = nowNanos + backOffNanos;
    backOffNanos = Math.min(backOffNanos * 2, LAST_BACK_OFF_NANOS);
  }

  private void end(ErrorCode code, String text) {
    close(new ClientState.Ended(code, text));
    events.add(new Event(Event.Kind.ERROR, text, null, code, null));
  }

  private void close(ClientState last) {
    effects.add(new Effect.Close());
    bound = false;
    waiting = false;
    token = null;
    presences.clear();
    users = List.of();
    state = last;
  }

  private void send(Channel channel, Message message) {
    effects.add(new Effect.Send(channel, message));
  }

  private String address() {
    return options.host() + ":" + options.port();
  }

  /** Whether this is the first attempt, before anything was agreed. */
  private boolean isConnecting() {
    return state instanceof ClientState.Connecting || state instanceof ClientState.LoggingIn;
  }

  private boolean isAlive() {
    return !(state instanceof ClientState.Offline || state instanceof ClientState.Ended);
  }

  private void requireLoggedIn() {
    if (!bound) {
      throw new IllegalStateException("not connected to a session");
    }
  }
}
