package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.simulation.Tally.Happening;

/**
 * Artists edit at random while links are cut, stores fail, and server and agents die; then all must
 * hold the same bytes. {@code -Dsimulation.seeds=N} runs so many seeds, {@code -Dsimulation.from=N}
 * begins with another one than 1.
 */
class ConvergenceTest {
  private static final long SEEDS = 300;
  private static final String COMMAND = "./multi-user simulate 1 --from ";

  @Test
  @DisplayName("[LO1] [AC1] [AC2] [AC4] [CM3] [CM4] [CM8] [BR21] [NO5] all converge")
  void converges() {
    long from = Long.getLong("simulation.from", 1);
    long seeds = Long.getLong("simulation.seeds", SEEDS);
    ConcurrentSkipListMap<Long, Throwable> failures = new ConcurrentSkipListMap<>();
    Tally all = new Tally();
    LongStream.range(from, from + seeds)
        .parallel()
        .forEach(seed -> run(seed, failures).ifPresent(tally -> add(all, tally)));
    System.out.println(seeds + " seeds, " + failures.size() + " failed; " + all);
    failures.forEach((seed, why) -> System.out.println("seed " + seed + ": " + why));
    if (!failures.isEmpty()) {
      long seed = failures.firstKey();
      throw new AssertionError(
          "seed " + seed + " fails, alone by: " + COMMAND + seed, failures.get(seed));
    }
    if (seeds >= SEEDS) {
      assertEquals(EnumSet.noneOf(Happening.class), all.missing(), "what no seed has met");
    }
  }

  @Test
  @DisplayName("a seed makes the same log whenever it is run")
  void isTheSameAgain() {
    List<byte[]> once = log(7);
    List<byte[]> again = log(7);
    assertEquals(once.size(), again.size());
    for (int i = 0; i < once.size(); i++) {
      assertArrayEquals(once.get(i), again.get(i));
    }
  }

  private static List<byte[]> log(long seed) {
    Simulation simulation = new Simulation(seed);
    simulation.run();
    return simulation.log();
  }

  private static Optional<Tally> run(long seed, ConcurrentSkipListMap<Long, Throwable> failures) {
    try {
      return Optional.of(new Simulation(seed).run());
    } catch (AssertionError | RuntimeException e) {
      failures.put(seed, e);
      return Optional.empty();
    }
  }

  private static void add(Tally all, Tally one) {
    synchronized (all) {
      all.add(one);
    }
  }
}
