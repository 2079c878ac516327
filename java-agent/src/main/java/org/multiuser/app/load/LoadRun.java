package org.multiuser.app.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.multiuser.agent.Agent;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Event;
import org.multiuser.agent.Status;
import org.multiuser.app.timing.Samples;
import org.multiuser.protocol.model.Node;
import org.multiuser.repository.Capture;

/**
 * Many users of one session in one process, over the real sockets: they come, edit at the same
 * time, and at the end every one has to hold the last edit of every other. Used by one thread.
 */
public final class LoadRun {
  private static final long PATIENCE_NANOS = 120_000_000_000L;
  private static final int POLL_MILLIS = 5;

  private final Settings settings;
  private final Supplier<Agent> agents;
  private final Function<String, ConnectOptions> joining;
  private final Function<List<Node>, String> hash;
  private final Samples took = new Samples();
  private final List<LoadUser> users = new ArrayList<>();
  private final List<UUID> everybodys = new ArrayList<>();

  /**
   * What is wanted.
   *
   * @param users two or more
   * @param seconds how long they edit
   * @param seed of all that they do; when they do it depends on the machine
   */
  public record Settings(int users, double seconds, long seed, LoadProfile profile) {}

  /**
   * A load that has not begun.
   *
   * @param agents makes an agent that is not connected
   * @param joining how the user of this name connects
   * @param hash what equal replicas have in common
   */
  public LoadRun(
      Settings settings,
      Supplier<Agent> agents,
      Function<String, ConnectOptions> joining,
      Function<List<Node>, String> hash) {
    this.settings = settings;
    this.agents = agents;
    this.joining = joining;
    this.hash = hash;
  }

  /**
   * Runs it to its end, and deletes from the session what it made there.
   *
   * @return what came of it
   * @throws IllegalStateException if the users cannot join, or do not come to an end; says why
   */
  public LoadReport run() {
    try {
      gather();
      long sentBefore = sum(Status::bytesSent);
      long receivedBefore = sum(Status::bytesReceived);
      long begin = System.nanoTime();
      work(begin + (long) (settings.seconds() * 1e9));
      settle("what was edited did not reach everybody");
      double seconds = (System.nanoTime() - begin) / 1e9;
      long sent = sum(Status::bytesSent) - sentBefore;
      long received = sum(Status::bytesReceived) - receivedBefore;
      LoadReport report = report(seconds, sent, received);
      tidy();
      return report;
    } finally {
      users.forEach(user -> user.agent.close());
    }
  }

  private void gather() {
    Random random = new Random(settings.seed());
    for (int at = 0; at < settings.users(); at++) {
      LoadUser user =
          new LoadUser(
              "load " + (at + 1),
              agents.get(),
              settings.profile(),
              everybodys,
              new Random(random.nextLong()),
              took);
      users.add(user);
      user.agent.connect(joining.apply(user.name));
      if (at == 0) {
        open(user, random);
      }
    }
    for (int at = 0; at < users.size(); at++) {
      LoadUser user = users.get(at);
      await("could not join", user, () -> isOnline(user));
      users.get((at + 1) % users.size()).watch(user);
    }
    users.forEach(LoadUser::begin);
    settle("what the users began with did not reach everybody");
  }

  /** The first one opens the session where that is to be done, with what all of them edit. */
  private void open(LoadUser first, Random random) {
    await("could not join", first, () -> isOnline(first) || isInLobby(first));
    if (isInLobby(first)) {
      first.agent.initialise(true);
      await("could not open the session; give --admin-password", first, () -> isOnline(first));
    }
    List<Capture> shared = new ArrayList<>();
    for (int at = 0; at < settings.profile().shared(); at++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      everybodys.add(id);
      shared.add(Capture.full(id, "Object", first.object("everybody's " + at), Map.of()));
    }
    first.agent.submit(shared);
    await("could not push", first, () -> first.agent.status().pending() == 0);
  }

  private void work(long endNanos) {
    List<Thread> threads = new ArrayList<>();
    for (LoadUser user : users) {
      Thread thread = new Thread(() -> user.work(endNanos), user.name);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Everything is acknowledged and with everybody. */
  private void settle(String problem) {
    for (LoadUser user : users) {
      await(problem, user, () -> isOnline(user) && user.agent.status().pending() == 0);
    }
    long last = users.stream().mapToLong(user -> user.agent.status().sequence()).max().orElse(0);
    for (LoadUser user : users) {
      await(problem, user, () -> user.agent.status().sequence() >= last);
      user.follow();
    }
  }

  private LoadReport report(double seconds, long sent, long received) {
    Set<String> images = new TreeSet<>();
    long lost = 0;
    long refused = 0;
    for (LoadUser replica : users) {
      images.add(hash.apply(replica.agent.nodes()));
      for (LoadUser author : users) {
        lost += lost(author, replica);
      }
      refused +=
          replica.agent.events().stream().filter(e -> e.kind() == Event.Kind.REFUSED).count();
    }
    long edits = users.stream().mapToLong(LoadUser::edits).sum();
    long presences = users.stream().mapToLong(LoadUser::presences).sum();
    return new LoadReport(
        users.size(),
        seconds,
        edits,
        presences,
        sent,
        received,
        took.summary(),
        lost,
        refused,
        images.size() == 1);
  }

  /** How many nodes do not have the last edit of this user. */
  private static long lost(LoadUser author, LoadUser replica) {
    return author.own.last().entrySet().stream()
        .filter(
            last ->
                replica
                    .agent
                    .node(last.getKey())
                    .flatMap(node -> author.markIn(node.properties()))
                    .filter(last.getValue()::equals)
                    .isEmpty())
        .count();
  }

  private void tidy() {
    users.get(0).agent.submit(everybodys.stream().map(id -> Capture.delete(id, "Object")).toList());
    users.forEach(LoadUser::end);
    for (LoadUser user : users) {
      await("could not tidy up", user, () -> user.agent.status().pending() == 0);
      user.agent.disconnect();
    }
  }

  private long sum(java.util.function.ToLongFunction<Status> of) {
    return users.stream().mapToLong(user -> of.applyAsLong(user.agent.status())).sum();
  }

  private static boolean isOnline(LoadUser user) {
    return user.agent.status().state() instanceof ClientState.Online;
  }

  private static boolean isInLobby(LoadUser user) {
    return user.agent.status().state() instanceof ClientState.Lobby;
  }

  private void await(String problem, LoadUser user, BooleanSupplier met) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!met.getAsBoolean()) {
      users.forEach(LoadUser::follow);
      ClientState state = user.agent.status().state();
      if (state instanceof ClientState.Ended ended) {
        throw new IllegalStateException(user.name + " " + problem + ": " + ended.text());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(user.name + " " + problem + " in 2 minutes");
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }
}
