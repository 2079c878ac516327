package org.multiuser.agent;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.presence.PresencePacer;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;
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
  private static final long PRESENCE_NANOS = 50_000_000L;

  /** The first minor version with {@link Message.SetRole}. */
  private static final int ROLES_MINOR = 2;

  private final Repository repository;
  private final Outgoing out = new Outgoing();
  private final LogIn logIn;
  private final Standing standing;
  private final LinkWatch links;
  private final PresencePacer presence = new PresencePacer();
  private final Streams streams;
  private final SessionView session;
  private final Company company;
  private final Claims claims;
  private final SelfCheck selfCheck;
  private final Transfers transfers;
  private int serverMinor;

  /**
   * A client that is not connected yet.
   *
   * @param id its identity (SPEC ID2)
   * @param secret what the server handed out for it earlier, empty for a new identity
   * @param bulk packs and unpacks buffers
   */
  public Client(
      UUID id, byte[] secret, ConnectOptions options, Repository repository, BulkCodec bulk) {
    this.repository = repository;
    session = new SessionView(repository, out);
    company = new Company(id, out);
    selfCheck = new SelfCheck(out);
    transfers = new Transfers(out);
    logIn = new LogIn(id, secret, options, out);
    standing = new Standing(options, logIn, out, transfers, company);
    links = standing.links();
    claims =
        new Claims(out, node -> repository.image().node(node).isPresent(), repository::isPending);
    streams = new Streams(repository, bulk, out);
  }

  // --- commands ---

  /** Begins; once. */
  public void connect(long nowNanos) {
    standing.connect(nowNanos);
  }

  /** Leaves for good. */
  public void disconnect() {
    if (links.isBound()) {
      out.send(Channel.COMMANDS, new Message.Leave(out.nextRequest()));
    }
    standing.disconnect();
  }

  /** Asks to bring the session into being, or to go on with it (SPEC SE3). */
  public void initialise(boolean empty) {
    requireLoggedIn();
    session.initialise(empty);
    settle();
    pump();
  }

  /** Everything committed up to now is the session's first content (SPEC SE4). */
  public void initialiseDone() {
    requireLoggedIn();
    if (repository.waitingCount() > 0) {
      repository.push();
    }
    session.initialiseDone();
    pump();
  }

  /** Asks for a change of owner (SPEC RI5). */
  public void own(OwnerAction action, Collection<UUID> nodes, UUID to) {
    requireLoggedIn();
    claims.ask(action, nodes, to);
  }

  /**
   * Asks to remove a user (SPEC RI8).
   *
   * @param ban whether for good
   */
  public void kick(UUID user, String reason, boolean ban) {
    requireLoggedIn();
    out.send(Channel.COMMANDS, new Message.Kick(out.nextRequest(), user, reason, ban));
  }

  /** Asks, as admin, to set what a user may do (SPEC RI9). */
  public void setRole(UUID user, Role role) {
    requireLoggedIn();
    if (serverMinor < ROLES_MINOR) {
      throw new IllegalStateException(
          "this server is too old to set roles; update it, or remove the user");
    }
    out.send(Channel.COMMANDS, new Message.SetRole(out.nextRequest(), user, role));
  }

  /** Where this user is. */
  public void presence(Value.Fields fields, long nowNanos) {
    presence.offer(fields);
    beat(nowNanos);
  }

  /** Which commits go out as they are made; see {@link Repository#setAutoPush}. */
  public void setAutoPush(boolean on, Set<String> byHand) {
    repository.setAutoPush(on, byHand);
    pump();
  }

  /** Lets out what waits. */
  public void push() {
    repository.push();
    pump();
  }

  /** Lets out what waits of these nodes. */
  public void push(Collection<UUID> nodes) {
    repository.push(nodes);
    pump();
  }

  /**
   * Compares the whole replica with the server's now; {@link #verification} tells what came of it.
   */
  public void verify(long nowNanos) {
    selfCheck.hurry(nowNanos);
  }

  /** The session's files, both ways. */
  public Transfers transfers() {
    return transfers;
  }

  /** Sends what may be sent; to be called after anything was committed. */
  public void pump() {
    if (links.isBound() && session.mayPush()) {
      streams.push();
      claims.look();
    }
    streams.tellNotices();
  }

  // --- from the driver ---

  /** A message came over one of the links. */
  public void receive(Channel channel, Message message, long nowNanos) {
    if (!standing.isAlive() || links.isWaiting()) {
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
      if (!Transfers.isDown(message) && !Transfers.isUp(message)) {
        streams.wantSnapshot();
      }
      standing.lost("The server's answer could not be understood: " + e.getMessage(), nowNanos);
    }
    pump();
    pumpFiles(nowNanos);
  }

  /** Files go where no commit waits to go (SPEC FT7). */
  private void pumpFiles(long nowNanos) {
    if (links.isBound() && !streams.isPushing()) {
      transfers.pump(nowNanos);
    }
  }

  /** A link was refused, or lost. */
  public void linkLost(String text, long nowNanos) {
    standing.linkLost(text, nowNanos);
  }

  /** The server that was met is not known to be the right one (SPEC CH9). */
  public void linkRefused(String text, long nowNanos) {
    standing.linkRefused(text, nowNanos);
  }

  /** Something that the user should know of the server that was met. */
  public void told(String text) {
    out.tell(Event.Kind.INFO, text);
  }

  /** Time passes. */
  public void tick(long nowNanos) {
    if (!standing.isAlive()) {
      return;
    }
    standing.tick(nowNanos);
    beat(nowNanos);
    pumpFiles(nowNanos);
    if (isOnline()) {
      selfCheck.step(repository.image(), nowNanos);
    }
    if (links.isSilent(nowNanos)) {
      standing.lost("The server is silent.", nowNanos);
    }
  }

  /** How long until {@link #tick} is due, in milliseconds. */
  public long waitMillis(long nowNanos) {
    if (!standing.isAlive()) {
      return 60_000;
    }
    long due = links.dueNanos(nowNanos);
    if (links.isBound() && presence.isWaiting()) {
      due = nowNanos + PRESENCE_NANOS;
    }
    if (isOnline()) {
      due = Math.min(due, selfCheck.dueNanos());
    }
    long filesNanos = links.isBound() ? transfers.waitNanos() : Long.MAX_VALUE;
    return Math.max(1, (Math.min(due - nowNanos, filesNanos) + 999_999) / 1_000_000);
  }

  /** What is to be done since the last call, in order. */
  public List<Effect> drain() {
    return out.drain();
  }

  // --- to look at ---

  /** What came of comparing the replica with the server's (SPEC VR). */
  public Verification verification() {
    return selfCheck.result();
  }

  /** What the user should know since the last call. */
  public List<Event> events() {
    return out.events();
  }

  /** Where the client stands. */
  public ClientState state() {
    return standing.state();
  }

  /** What proves the identity to the server, empty before the first log-in. */
  public byte[] secret() {
    return logIn.secret();
  }

  /** Who this client is. */
  public UUID id() {
    return logIn.id();
  }

  /** Which session it is (SPEC SE3), or null before the log-in. */
  public UUID incarnation() {
    return session.incarnation();
  }

  /** What this user may do, or null before the log-in. */
  public Role role() {
    return session.role();
  }

  /** Everyone in the session. */
  public List<User> users() {
    return company.users();
  }

  /** Where the others are. */
  public Map<UUID, Value.Fields> presences() {
    return company.presences();
  }

  // --- Commands ---

  private void command(Message message, long nowNanos) {
    if (message instanceof Message.Welcome welcome) {
      serverMinor = welcome.minor();
      transfers.welcomed(welcome.minor());
      selfCheck.restart(nowNanos);
      standing.welcomed(nowNanos);
      logIn.ask();
    } else if (message instanceof Message.LoggedIn in) {
      loggedIn(in, nowNanos);
    } else if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
    } else if (message instanceof Message.StateChanged changed) {
      session.changed(changed);
      settle();
    } else if (message instanceof Message.Users now) {
      company.users(now.users());
      session.users(logIn.id(), now.users());
    } else if (message instanceof Message.Verified verified) {
      verified(verified, nowNanos);
    } else if (!(message instanceof Message.Done)) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "unexpected message on Commands");
    }
  }

  private void loggedIn(Message.LoggedIn in, long nowNanos) {
    session.loggedIn(in);
    standing.joined(nowNanos);
    logIn.accepted(in);
    presence.restart();
    claims.restart();
    streams.restart(in.token());
    transfers.restart();
    out.send(Channel.TTL, new Message.Bind(in.token()));
    session.repeat();
    beat(nowNanos);
    settle();
  }

  /** Where the image is not the server's, it is fetched anew (SPEC VR3). */
  private void verified(Message.Verified verified, long nowNanos) {
    int differing = selfCheck.answered(verified, nowNanos);
    if (differing > 0) {
      out.tell(
          Event.Kind.WARNING,
          differing
              + " datablocks were not as the server has them; the session is fetched anew. Your"
              + " edits are kept.");
      streams.wantSnapshot();
      standing.lost("The replica was not the server's.", nowNanos);
    }
  }

  private void failed(Message.Failed failed, long nowNanos) {
    if (selfCheck.refused(failed.request(), nowNanos)) {
      return;
    }
    boolean ofLogin = logIn.isAnswer(failed) && !links.isBound();
    if (failed.request() == 0 || ofLogin) {
      standing.refused(failed, nowNanos);
    } else {
      session.requestFailed(failed.request());
      out.tell(Event.Kind.WARNING, failed.code(), failed.text());
    }
  }

  // --- the other channels ---

  private void subscriber(Message message, long nowNanos) {
    if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
      return;
    }
    if (Transfers.isDown(message)) {
      streams.repay(transfers.subscriber(message));
    } else {
      streams.subscriber(message);
      settle();
    }
  }

  private void publisher(Message message, long nowNanos) {
    if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
    } else if (Transfers.isUp(message)) {
      transfers.publisher(message);
    } else {
      streams.publisher(message);
    }
  }

  private void ttl(Message message, long nowNanos) {
    links.heard(nowNanos);
    if (message instanceof Message.HeartbeatReply reply) {
      links.echoed(reply.sentNanos(), nowNanos);
    } else if (message instanceof Message.UserPresence other) {
      company.present(other.user(), other.state());
    } else if (message instanceof Message.Failed failed) {
      failed(failed, nowNanos);
    }
  }

  private void beat(long nowNanos) {
    if (!links.isBound()) {
      return;
    }
    if (links.beat(nowNanos)) {
      out.send(Channel.TTL, new Message.Heartbeat(nowNanos, links.pingMillis()));
    }
    presence
        .poll(nowNanos)
        .ifPresent(fields -> out.send(Channel.TTL, new Message.Presence(fields)));
  }

  // --- states ---

  /** Works out the state from what the session is and how far the stream has come. */
  private void settle() {
    if (links.isBound()) {
      standing.settle(session.settle(streams.downlink()));
    }
  }

  private boolean isOnline() {
    return standing.state() instanceof ClientState.Online;
  }

  private void requireLoggedIn() {
    if (!links.isBound()) {
      throw new IllegalStateException("not connected to a session");
    }
  }
}
