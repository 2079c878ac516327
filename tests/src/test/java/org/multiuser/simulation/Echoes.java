package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
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
   * @param renamed whether another datablock is gone, or may have got another name and was not
   *     captured since
   */
  void captured(UUID id, Touched touched, List<Commit> commits, Predicate<UUID> renamed) {
    if (commits.isEmpty()) {
      early(id, touched);
    }
    for (Commit commit : commits) {
      if (!commit.node().equals(id)) {
        madeWay(commit, renamed);
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
  private void madeWay(Commit commit, Predicate<UUID> renamed) {
    assertEquals(List.of(Names.PATH), Touched.paths(commit), "[BR24] another one's name alone");
    assertTrue(renamed.test(commit.node()), "[BR24] it made way for what has its name");
    tally.count(Happening.MADE_WAY);
    hands.committed(commit);
  }

  /** A datablock is captured before the agent's image is complete. */
  void early(UUID id, Touched touched) {
    early.computeIfAbsent(id, key -> new Touched()).add(touched);
  }

  /**
   * The agent made commits of what it was told before its image was complete, or of versions that
   * it offers once more, which say all of them.
   *
   * @param shown what Blender shows of a datablock; null for nothing
   * @param renamed as in {@link #captured}
   */
  void adopted(List<Commit> commits, Function<UUID, Node> shown, Predicate<UUID> renamed) {
    for (int at = 0; at < commits.size(); at++) {
      Commit commit = commits.get(at);
      List<Operation> echoes = echoes(commit);
      if (!echoes.isEmpty() && makesWay(commit, commits.subList(at, commits.size()))) {
        madeWay(commit, renamed.or(id -> early.getOrDefault(id, new Touched()).mayBeRenamed()));
      } else {
        check("[BR5]", echoes);
        hands.offered(commit, shown.apply(commit.node()));
      }
    }
  }

  /**
   * Whether it gives a name alone, and the next one of another datablock gives that one the same,
   * but for the number.
   */
  private static boolean makesWay(Commit commit, List<Commit> from) {
    if (!(commit.operations().get(0) instanceof Operation.Set) || commit.operations().size() > 1) {
      return false;
    }
    Optional<Commit> next =
        from.stream().filter(other -> !other.node().equals(commit.node())).findFirst();
    return stem(commit).isPresent() && next.flatMap(Echoes::stem).equals(stem(commit));
  }

  /** The name that a commit gives, without its number. */
  private static Optional<String> stem(Commit commit) {
    return commit.operations().stream()
        .filter(Names::isNaming)
        .map(
            step ->
                step instanceof Operation.Create create
                    ? create.properties().values().get("name")
                    : ((Operation.Set) step).value())
        .map(name -> EchoBlender.stem(((Value.Text) name).value()))
        .findFirst();
  }

  /**
   * What a commit says beyond what the artist did to its datablock, as far as that can be told: one
   * that offers a topology says all.
   */
  private List<Operation> echoes(Commit commit) {
    if (!known || commit.newStructure() != 0) {
      return List.of();
    }
    Touched touched = early.getOrDefault(commit.node(), new Touched());
    List<Operation> echoes = touched.beyond(commit);
    if (touched.rewound) {
      echoes.retainAll(hands.beyond(commit));
    }
    return echoes;
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
