package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;
import org.multiuser.simulation.Tally.Happening;

/**
 * Sees to it that no commit of an agent says what its artist did not do: what others did must never
 * come back as this one's edit, be it read back, handed over anew, or gone by undo.
 */
final class Echoes {
  private final Hands hands;
  private final Tally tally;

  /** What the artist did to datablocks that were captured before the agent's image was complete. */
  private final Map<UUID, Touched> early = new HashMap<>();

  /** Whether the agent knew exactly what this Blender held when the one before it died. */
  private boolean known = true;

  Echoes(Hands hands, Tally tally) {
    this.hands = hands;
    this.tally = tally;
  }

  /**
   * What came of a capture at once; if that is nothing, it may be committed later.
   *
   * @param changed whether another datablock is gone, or was changed and not captured yet
   */
  void captured(UUID id, Touched touched, List<Commit> commits, Predicate<UUID> changed) {
    if (commits.isEmpty()) {
      early(id, touched);
    }
    for (Commit commit : commits) {
      if (!commit.node().equals(id)) {
        madeWay(commit, changed);
        continue;
      }
      List<Operation> echoes = touched.rewound ? hands.beyond(commit) : touched.beyond(commit);
      check("[BR21] [BR23]", echoes);
      if (touched.rewound) {
        tally.count(Happening.UNDO_COMMITTED);
      }
      hands.committed(commit);
    }
  }

  /**
   * Another datablock's name is moved out of the way, as it does not have it here any more (BR24).
   */
  private void madeWay(Commit commit, Predicate<UUID> changed) {
    assertEquals(List.of(Names.PATH), Touched.paths(commit), "[BR24] another one's name alone");
    assertTrue(changed.test(commit.node()), "[BR24] it made way for what has its name");
    tally.count(Happening.MADE_WAY);
    hands.committed(commit);
  }

  /** A datablock is captured before the agent's image is complete. */
  void early(UUID id, Touched touched) {
    early.computeIfAbsent(id, key -> new Touched()).add(touched);
  }

  /**
   * The agent made a commit of what it was told before its image was complete, or of a version that
   * it offers once more, which says all of it.
   *
   * @param shown what Blender shows of it; null for nothing
   */
  void adopted(Commit commit, Node shown) {
    Touched touched = early.getOrDefault(commit.node(), new Touched());
    List<Operation> echoes = touched.beyond(commit);
    if (touched.rewound) {
      echoes.retainAll(hands.beyond(commit));
    }
    if (known && commit.newStructure() == 0) {
      check("[BR5]", echoes);
    }
    hands.offered(commit, shown);
  }

  /**
   * The agent is a new one.
   *
   * @param settled whether the old one had made commits of all that it was told
   * @param exact whether what the old one knew of this Blender is all there
   */
  void restarted(boolean settled, boolean exact) {
    if (settled) {
      early.clear();
      known = true;
    }
    known &= exact;
  }

  private static void check(String rule, List<Operation> echoes) {
    if (!echoes.isEmpty()) {
      throw new AssertionError(rule + " a commit says what its artist did not do: " + echoes);
    }
  }
}
