package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;
import org.multiuser.repository.Repository;
import org.multiuser.simulation.Tally.Happening;

/**
 * What a Blender does against the artists' will: it changes a datablock as another one is changed
 * (BR25), and does not take a value before something else has happened. As no commit tells of
 * either, both are put right by completing the datablock (BR26).
 */
final class Whims {
  private static final Path PLACE = Path.of("z");

  private final EchoBlender blender;
  private final Hands hands;
  private final Random random;
  private final Tally tally;

  private final Set<UUID> lacking = new TreeSet<>();

  /** What should be at the place, until a change has brought it back: whoever's it was. */
  private final Map<UUID, Optional<Value>> overwritten = new HashMap<>();

  Whims(EchoBlender blender, Hands hands, Random random, Tally tally) {
    this.blender = blender;
    this.hands = hands;
    this.random = random;
    this.tally = tally;
  }

  /** Whether all is put right. */
  boolean isQuiet() {
    return lacking.isEmpty();
  }

  /**
   * Sometimes: one datablock was changed, and so was another. Says so.
   *
   * @param dirty what the artist edited and was not captured: no edit is overwritten
   */
  Optional<Capture> consequence(UUID cause, Map<UUID, Touched> dirty) {
    List<UUID> others = new ArrayList<>(blender.ids());
    others.remove(cause);
    others.removeIf(id -> dirty.containsKey(id) && dirty.get(id).mayHaveSet(PLACE));
    if (others.isEmpty() || random.nextInt(8) > 0) {
      return Optional.empty();
    }
    UUID other = others.get(random.nextInt(others.size()));
    Value value = new Value.Int(random.nextInt(5));
    set(other, Optional.of(value));
    tally.count(Happening.CONSEQUENCE);
    return Optional.of(Captures.consequence(other, List.of(new Capture.PathValue(PLACE, value))));
  }

  /** Sometimes: a change was applied, but for one value. */
  void refuse(Change.Part part, Node before) {
    boolean isSet =
        part.operations().stream()
            .anyMatch(step -> step instanceof Operation.Set set && set.path().equals(PLACE));
    if (isSet && random.nextInt(6) == 0) {
      set(part.id(), Values.at(before.properties(), PLACE));
      tally.count(Happening.VALUE_REFUSED);
    }
  }

  private void set(UUID id, Optional<Value> value) {
    Node shown = blender.get(id);
    overwritten.putIfAbsent(id, Values.at(shown.properties(), PLACE));
    blender.put(with(shown, value));
    lacking.add(id);
  }

  private static Node with(Node shown, Optional<Value> value) {
    Operation step =
        value
            .<Operation>map(it -> new Operation.Set(PLACE, it))
            .orElse(new Operation.Remove(PLACE));
    return SimTree.apply(shown, List.of(step));
  }

  /** Has put right what can be. */
  void complete(Repository repository) {
    if (!lacking.isEmpty()) {
      repository.complete(lacking);
      lacking.clear();
      tally.count(Happening.COMPLETED);
    }
  }

  /** A change is applied: what it brings back is whose it was. */
  void broughtBack(UUID id, Node before) {
    Optional<Value> should = overwritten.get(id);
    Node now = blender.get(id);
    if (before != null && should != null && should.equals(Values.at(now.properties(), PLACE))) {
      hands.leaving(id, with(before, should));
      overwritten.remove(id);
    }
  }

  /** A new agent compares all with what it was asked for. */
  void restarted() {
    lacking.clear();
  }
}
