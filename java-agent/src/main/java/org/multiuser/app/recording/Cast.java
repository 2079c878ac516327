package org.multiuser.app.recording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;

/**
 * Who plays a recording: an agent for each user in it, under their identity and name, so that what
 * they do is what was recorded to the byte; and one more, which makes the session and its first
 * content. One thread.
 */
final class Cast implements AutoCloseable {
  /** A server takes so many users in a session (SPEC LM4), one of them the host. */
  private static final int MOST = 63;

  private static final int MOST_OPEN = 256;
  private static final int GREY = 0x808080;
  private static final long JOIN_NANOS = 60_000_000_000L;
  private static final int LOOK_MILLIS = 5;

  private final Survey survey;
  private final ConnectOptions options;
  private final ServerTrust trust;
  private final BulkCodec bulk;
  private final Traffic traffic;
  private final Map<UUID, Actor> actors = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private Actor host;

  /**
   * Nobody is there yet.
   *
   * @param options where it is played, as admin
   */
  Cast(Survey survey, ConnectOptions options, ServerTrust trust, BulkCodec bulk, Traffic traffic) {
    this.survey = survey;
    this.options = options;
    this.trust = trust;
    this.bulk = bulk;
    this.traffic = traffic;
  }

  /**
   * Makes the session with its first content, and brings everybody in.
   *
   * @throws RecordingException if that cannot be; says what to do
   */
  void open() throws RecordingException, InterruptedException {
    Map<UUID, Survey.Person> people = survey.cast();
    if (people.size() > MOST) {
      throw new RecordingException(
          people.size()
              + " users are in it, and a session takes "
              + MOST
              + "; record a shorter time.");
    }
    people.values().forEach(person -> names.add(person.name()));
    String own = unused("replay");
    host = actor(UUID.randomUUID(), own, GREY);
    names.retainAll(Set.of(own));
    makeSession();
    people.forEach(
        (id, person) -> actors.put(id, actor(id, unused(person.name()), person.colour())));
    for (Actor actor : actors.values()) {
      await(actor, "joined", actor.seat()::isOnline);
    }
    giveOwners();
  }

  /** The one who plays this user. */
  Actor of(UUID user) {
    return actors.get(user);
  }

  /** The users' actors and the host. */
  List<Actor> everybody() {
    List<Actor> all = new ArrayList<>(actors.values());
    all.add(host);
    return all;
  }

  /** Whether all replicas are equally far. */
  boolean isLevel() {
    return everybody().stream().mapToLong(Actor::sequence).distinct().count() == 1;
  }

  @Override
  public void close() {
    actors.values().forEach(Actor::close);
    if (host != null) {
      host.close();
    }
  }

  private Actor actor(UUID id, String name, int colour) {
    return new Actor(id, as(name, colour), trust, bulk, traffic);
  }

  private ConnectOptions as(String name, int colour) {
    return new ConnectOptions(
        options.host(),
        options.port(),
        options.session(),
        name,
        colour,
        options.serverPassword(),
        options.adminPassword(),
        "",
        options.timeoutMillis(),
        options.security());
  }

  /** Who came again under the same name has another identity, and needs another name here. */
  private String unused(String wanted) {
    String name = wanted;
    for (int number = 2; !names.add(name); number++) {
      name = wanted + " " + number;
    }
    return name;
  }

  private void makeSession() throws RecordingException, InterruptedException {
    Seat seat = host.seat();
    await(host, "joined", () -> isIn(seat.state()));
    if (!(seat.state() instanceof ClientState.Lobby)) {
      throw new RecordingException(
          "The session '"
              + options.session()
              + "' has content already; name a new one with --session.");
    }
    if (seat.call(seat.client()::role) != Role.ADMIN) {
      throw new RecordingException(
          "Only an admin can make a session; give the password with --admin-password.");
    }
    boolean empty = survey.first().isEmpty();
    initialise(seat, empty);
    if (!empty) {
      await(
          host,
          "made",
          () ->
              seat.state() instanceof ClientState.Initialising
                  && seat.call(() -> seat.repository().isSynced()));
      bringContent(seat);
    }
    await(host, "made", seat::isOnline);
  }

  private static boolean isIn(ClientState state) {
    return state instanceof ClientState.Lobby
        || state instanceof ClientState.Initialising
        || state instanceof ClientState.Syncing
        || state instanceof ClientState.Online;
  }

  private static void initialise(Seat seat, boolean empty) {
    seat.call(
        () -> {
          seat.client().initialise(empty);
          return null;
        });
  }

  private void bringContent(Seat seat) throws RecordingException, InterruptedException {
    Traffic content = new Traffic();
    for (Node node : survey.first()) {
      require(content.await(() -> content.open() < MOST_OPEN));
      List<Operation> steps = new ArrayList<>();
      steps.add(new Operation.Create(node.type(), node.properties()));
      node.buffers().forEach((name, all) -> steps.add(new Operation.ReplaceBuffer(name, all)));
      host.commit(content.send(host, false), node.id(), node.structure(), steps);
    }
    require(content.await(() -> content.open() == 0));
    require(content.lost() == 0);
    seat.call(
        () -> {
          seat.client().initialiseDone();
          return null;
        });
  }

  private void giveOwners() throws RecordingException, InterruptedException {
    Map<UUID, List<UUID>> owned = new HashMap<>();
    for (Node node : survey.first()) {
      if (node.owner() != null) {
        owned.computeIfAbsent(node.owner(), id -> new ArrayList<>()).add(node.id());
      }
    }
    Traffic owners = new Traffic();
    owned.forEach(
        (owner, nodes) -> {
          Actor actor = actors.get(owner);
          actor.own(owners.send(actor, true), owner, nodes, owner);
        });
    require(owners.await(() -> owners.open() == 0));
    require(traffic.await(this::isLevel));
  }

  private void require(boolean went) throws RecordingException {
    if (!went) {
      throw new RecordingException(
          "The server did not take the content of the recording's start: "
              + String.join(" ", host.seat().troubles()));
    }
  }

  private static void await(Actor actor, String what, BooleanSupplier met)
      throws RecordingException, InterruptedException {
    long endNanos = System.nanoTime() + JOIN_NANOS;
    while (!met.getAsBoolean()) {
      ClientState state = actor.seat().state();
      String why = state instanceof ClientState.Ended ended ? ended.text() : "";
      if (why.isEmpty() && System.nanoTime() - endNanos > 0) {
        why = "the server did not answer in time. " + String.join(" ", actor.seat().troubles());
      }
      if (!why.isEmpty()) {
        throw new RecordingException("The session could not be " + what + ": " + why);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
