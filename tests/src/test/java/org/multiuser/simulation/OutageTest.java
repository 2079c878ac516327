package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multiuser.agent.ClientState;

/**
 * One of two artists is away for long, by the clock of the cores, and both go on editing: with a
 * link that was cut, with one that is only silent, and with a server that starts anew meanwhile.
 */
class OutageTest {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int ROUNDS = 4;
  private static final int EDITS = 6;

  /** How the link is lost. */
  private enum Loss {
    CUT,
    SILENT,
    SERVER_RESTARTED
  }

  static Stream<Arguments> outages() {
    return Stream.of(1, 30, 600, 7_200)
        .flatMap(seconds -> Stream.of(Loss.values()).map(loss -> Arguments.of(seconds, loss)));
  }

  @ParameterizedTest(
      name = "[HB3, HB4, SU1, AC4] {0} s, {1}: nothing is lost, doubled or sent anew")
  @MethodSource("outages")
  void away(int seconds, Loss loss) {
    int taken = 0;
    for (long seed = 1; seed <= 3; seed++) {
      taken += away(Simulation.ofTwo(seed, TIMEOUT_MILLIS), seconds, loss);
    }
    assertTrue(taken > 0, "what the other did not delete meanwhile is taken");
  }

  /** Returns how many edits made while away the server took. */
  private static int away(Simulation two, int seconds, Loss loss) {
    SimClient near = two.artist(0);
    SimClient far = two.artist(1);
    two.edit(0, 3);
    two.edit(1, 3);
    two.audit();
    List<Integer> snapshots = List.of(near.snapshots, far.snapshots);
    far.unplug(loss == Loss.CUT);
    for (int round = 0; round < ROUNDS; round++) {
      two.edit(0, EDITS);
      two.edit(1, EDITS);
      two.pass(Math.max(1, seconds / ROUNDS));
      if (loss == Loss.SERVER_RESTARTED && round == 1) {
        two.world().restartServer();
      }
    }
    assertTrue(far.repository().pendingCount() > 0, "its edits wait");
    Set<Long> waiting = far.disk().counters();
    far.plugIn();
    two.audit();
    assertInstanceOf(ClientState.Online.class, far.client().state());
    assertEquals(
        Set.of(),
        far.disk().unanswered(waiting, far.repository().image()),
        "each is taken or refused");
    assertEquals(snapshots, List.of(near.snapshots, far.snapshots), "nobody got the scene anew");
    waiting.retainAll(far.disk().accepted);
    return waiting.size();
  }
}
