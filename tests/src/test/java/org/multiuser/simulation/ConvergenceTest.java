package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.agent.ClientState;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.model.Node;

/**
 * Artists edit at random while links are cut and server and agents die; then all must hold the same
 * bytes. {@code -Dsimulation.seed=N} runs one seed, {@code -Dsimulation.seeds=N} so many.
 */
class ConvergenceTest {
  private static final int TURNS = 400;
  private static final int SETTLE_TURNS = 400_000;

  @Test
  @DisplayName("[LO1] [AC2] [AC4] [CM4] [CM8] [HB3] all converge, nothing acknowledged is lost")
  void converges() {
    Long one = Long.getLong("simulation.seed");
    if (one != null) {
      run(one);
      return;
    }
    for (long seed = 1; seed <= Long.getLong("simulation.seeds", 300); seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + " fails: run -Dsimulation.seed=" + seed, e);
      }
    }
  }

  private static void run(long seed) {
    Random random = new Random(seed);
    World world = new World(random);
    List<SimClient> artists = new ArrayList<>();
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      artists.add(new SimClient(world, "artist" + i));
    }
    settle(world);
    artists.get(0).initialise();
    settle(world);
    artists.forEach(a -> assertInstanceOf(ClientState.Online.class, a.client().state()));
    for (int turn = 0; turn < TURNS; turn++) {
      turn(world, artists.get(random.nextInt(count)));
    }
    calm(world, artists);
    compare(artists);
  }

  private static void turn(World world, SimClient artist) {
    int kind = world.random.nextInt(1000);
    if (kind < 350) {
      artist.edit();
    } else if (kind < 550) {
      artist.follow(world.random.nextInt(4) == 0);
    } else if (kind < 560) {
      artist.cut();
    } else if (kind < 563) {
      world.restartServer();
    } else if (kind < 566) {
      artist.restartAgent();
    } else if (kind < 650) {
      world.tick(50_000_000L + world.random.nextInt(500_000_000));
      artist.tick();
    } else {
      for (int i = world.random.nextInt(30); i > 0 && world.step(); i--) {
        // As far as it goes.
      }
    }
  }

  private static void settle(World world) {
    for (int i = 0; world.step(); i++) {
      if (i > SETTLE_TURNS) {
        fail("the wires never become silent");
      }
    }
  }

  /** No more faults and edits: everybody comes back, pushes and applies what is left. */
  private static void calm(World world, List<SimClient> artists) {
    for (int round = 0; round < 80; round++) {
      world.tick(500_000_000L);
      artists.forEach(SimClient::tick);
      settle(world);
      for (SimClient artist : artists) {
        artist.follow(false);
      }
      settle(world);
    }
  }

  private static void compare(List<SimClient> artists) {
    Map<UUID, String> first = hashes(artists.get(0).repository().image().nodes());
    for (SimClient artist : artists) {
      assertInstanceOf(ClientState.Online.class, artist.client().state());
      assertEquals(0, artist.repository().pendingCount(), "pending commits");
      assertEquals(first, hashes(artist.repository().image().nodes()), "images");
      assertEquals(first.keySet(), artist.blender().keySet(), "nodes in Blender");
      long end = artist.repository().image().sequence();
      assertTrue(artist.accepted.values().stream().allMatch(number -> number <= end));
      for (Node node : artist.repository().image().nodes()) {
        Node held = artist.blender().get(node.id());
        assertEquals(node.properties(), held.properties(), "properties in Blender");
        assertEquals(node.buffers(), held.buffers(), "buffers in Blender");
      }
    }
  }

  private static Map<UUID, String> hashes(Iterable<Node> nodes) {
    Map<UUID, String> hashes = new TreeMap<>();
    nodes.forEach(node -> hashes.put(node.id(), HexFormat.of().formatHex(ContentHash.of(node))));
    return hashes;
  }
}
