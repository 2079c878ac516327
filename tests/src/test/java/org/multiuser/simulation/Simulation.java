package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.multiuser.agent.ClientState;
import org.multiuser.server.room.ImagePace;
import org.multiuser.simulation.Tally.Happening;

/** One seed: artists edit while everything fails, then it becomes quiet, then it is audited. */
final class Simulation {
  private static final int TURNS = 400;
  private static final int SETTLE_TURNS = 400_000;
  private static final int LEAST_CALM_ROUNDS = 3;
  private static final int CALM_ROUNDS = 80;

  private final Random random;
  private final World world;
  private final List<SimClient> artists = new ArrayList<>();

  /** Those who left or were thrown out; who came back did so as somebody new. */
  private final List<SimClient> former = new ArrayList<>();

  Simulation(long seed) {
    random = new Random(seed);
    world = new World(random);
  }

  /** Two artists in an active session of a server that gives up silent members after so long. */
  static Simulation ofTwo(long seed, int timeoutMillis) {
    return new Simulation(new Random(seed), timeoutMillis);
  }

  private Simulation(Random random, int timeoutMillis) {
    this.random = random;
    world = new World(random, timeoutMillis, ImagePace.USUAL);
    join();
    join();
    settle();
    artists.get(0).initialise();
    calm();
  }

  World world() {
    return world;
  }

  SimClient artist(int number) {
    return artists.get(number);
  }

  /** An artist edits so often, and all of it is captured. */
  void edit(int artist, int times) {
    for (int i = 0; i < times; i++) {
      artists.get(artist).addOn().edit();
      artists.get(artist).addOn().captureAll();
    }
  }

  /** So much time passes, in steps of a second in which all that can be said is said. */
  void pass(long seconds) {
    for (long second = 0; second < seconds; second++) {
      world.tick(1_000_000_000L);
      artists.forEach(SimClient::tick);
      settle();
    }
  }

  /** All come back; everything holds. */
  void audit() {
    calm();
    new Audit(world, artists, former).check();
  }

  /**
   * Runs it.
   *
   * @return what happened how often
   * @throws AssertionError if something does not hold
   */
  Tally run() {
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      join();
    }
    settle();
    artists.get(0).initialise();
    settle();
    artists.forEach(a -> assertInstanceOf(ClientState.Online.class, a.client().state()));
    world.setFaulty(true);
    for (int turn = 0; turn < TURNS; turn++) {
      turn(artists.get(random.nextInt(artists.size())));
    }
    world.setFaulty(false);
    calm();
    world.restartServer();
    outlast();
    join();
    calm();
    new Audit(world, artists, former).check();
    return world.tally;
  }

  /** The log as it stands in the store. */
  List<byte[]> log() {
    return world.log().stream().map(entry -> entry.bytes()).toList();
  }

  private void join() {
    artists.add(new SimClient(world, "artist" + artists.size(), artists.isEmpty()));
  }

  private void turn(SimClient artist) {
    int kind = random.nextInt(1000);
    if (artist.isGone()) {
      if (kind < 300) {
        comeBack(artist);
      }
    } else if (kind < 240) {
      artist.addOn().edit();
    } else if (kind < 370) {
      artist.addOn().capture();
    } else if (kind < 560) {
      artist.follow(1 + random.nextInt(6), true);
    } else if (kind < 590) {
      artist.own(artists);
    } else if (kind < 640) {
      world.tick(50_000_000L + random.nextInt(500_000_000));
      artist.tick();
    } else if (kind < 660) {
      artist.byHand();
    } else if (kind < 700) {
      fault(artist);
    } else {
      steps(random.nextInt(30));
    }
  }

  private void fault(SimClient artist) {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> artist.cut();
      case 4 -> artist.silence();
      case 5 -> world.restartServer();
      case 6 -> {
        world.tally.count(Happening.AGENT_KILLED);
        artist.restartAgent();
      }
      case 7 -> {
        if (artists.size() < 6) {
          world.tally.count(Happening.JOINED_LATE);
          join();
        }
      }
      case 8 -> leave(artist);
      case 9 -> artists.get(0).kick(artist, random.nextBoolean());
      case 10 -> sleep(artist);
      default -> artist.pushTwice();
    }
  }

  /** The admin stays: nobody else could kick. */
  private void leave(SimClient artist) {
    if (artist != artists.get(0)) {
      world.tally.count(Happening.LEFT);
      artist.leave();
    }
  }

  /**
   * Joins anew, under the same name unless that is banned: as somebody else, into an empty Blender.
   */
  private void comeBack(SimClient gone) {
    world.tally.count(Happening.JOINED_ANEW);
    former.add(gone);
    artists.set(artists.indexOf(gone), new SimClient(world, gone.nextName(), false));
  }

  /** One sleeps for longer than the server waits, the others go on. */
  private void sleep(SimClient artist) {
    world.tally.count(Happening.FELL_ASLEEP);
    artist.sleep(true);
    for (int second = 0; second <= world.timeoutMillis() / 1000; second++) {
      world.tick(1_000_000_000L);
      artists.stream().filter(other -> other != artist).forEach(SimClient::tick);
      steps(100);
    }
    artist.sleep(false);
    steps(random.nextInt(100));
  }

  /** Time for all those to be timed out whom nobody plays any more. */
  private void outlast() {
    pass(world.timeoutMillis() / 1000 + 1);
  }

  private void steps(int most) {
    for (int i = 0; i < most && world.step(); i++) {
      // As far as it goes.
    }
  }

  private void settle() {
    for (int i = 0; world.step(); i++) {
      if (i > SETTLE_TURNS) {
        fail("the wires never become silent");
      }
    }
  }

  /** No more faults and edits: everybody comes back, pushes and applies what is left. */
  private void calm() {
    for (int round = 0; round < CALM_ROUNDS && (round < LEAST_CALM_ROUNDS || !isCalm()); round++) {
      world.tick(500_000_000L);
      artists.stream().filter(SimClient::isGone).toList().forEach(this::comeBack);
      artists.forEach(SimClient::tick);
      settle();
      for (SimClient artist : artists) {
        artist.pushAll();
        artist.addOn().captureAll();
        artist.follow(Integer.MAX_VALUE, false);
      }
      settle();
    }
  }

  /** Whether nobody has anything left to say or to do, as far as one can see from outside. */
  private boolean isCalm() {
    long end = world.log().size();
    return artists.stream()
        .allMatch(
            artist ->
                artist.client().state() instanceof ClientState.Online
                    && artist.repository().pendingCount() == 0
                    && artist.repository().image().sequence() == end
                    && !artist.repository().hasChanges()
                    && artist.addOn().isQuiet());
  }
}
