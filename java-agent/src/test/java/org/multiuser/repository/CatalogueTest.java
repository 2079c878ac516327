package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;

/** What is kept of nodes that peers create and delete (BR32). */
class CatalogueTest {
  private static final UUID PEER = new UUID(1, 1);

  private final Set<UUID> there = new HashSet<>();
  private final Catalogue catalogue = new Catalogue(() -> 1_000, there::contains);

  @Test
  @DisplayName("[BR32] of what comes and goes while nobody looks nothing stays for long")
  void nobodyLooks() {
    come(1);
    page(0);
    for (int i = 2; i < 50_000; i++) {
      come(i);
      go(i);
      assertTrue(catalogue.size() < 10_000, catalogue.size() + " nodes");
    }
    go(1);
    Catalogue.Page page = page(1);
    assertEquals(List.of(id(1)), page.gone(), "this one was told, the others never were");
    assertEquals(List.of(), page.rows());
  }

  @Test
  @DisplayName("[BR32] what is there stays, however many there are, with who wrote it")
  void many() {
    for (int i = 1; i <= 20_000; i++) {
      come(i);
    }
    assertEquals(20_000, catalogue.size());
    assertEquals(PEER, catalogue.written(id(1)).author());
    assertEquals(PEER, catalogue.written(id(20_000)).author());
  }

  @Test
  @DisplayName("[BR32] what is gone is told until it was asked on from there")
  void again() {
    come(1);
    long upTo = page(0).upTo();
    go(1);
    assertEquals(List.of(id(1)), page(upTo).gone());
    Catalogue.Page again = page(upTo);
    assertEquals(List.of(id(1)), again.gone(), "the answer was lost");
    assertEquals(List.of(), page(again.upTo()).gone());
    assertEquals(0, catalogue.size());
  }

  @Test
  @DisplayName("only the newest deletions of others' are remembered")
  void deletions() {
    Writers writers = new Writers();
    for (int i = 1; i <= 60_000; i++) {
      List<Operation> steps = List.of(new Operation.Delete());
      writers.wrote(new Commit(PEER, i, id(i), 0, 0, steps), false);
    }
    assertTrue(writers.deletedByOthers(id(60_000)));
    assertTrue(writers.deletedByOthers(id(20_000)));
    assertFalse(writers.deletedByOthers(id(1)));
  }

  // --- the played session ---

  private static UUID id(int number) {
    return new UUID(2, number);
  }

  /** As commits come: they are written down before the node is another one. */
  private void come(int number) {
    catalogue.wrote(id(number), PEER, false);
    there.add(id(number));
    catalogue.changed(id(number));
  }

  private void go(int number) {
    catalogue.wrote(id(number), PEER, false);
    there.remove(id(number));
    catalogue.changed(id(number));
  }

  private Catalogue.Page page(long since) {
    return catalogue.since(
        since, 100, id -> new Row(id, "Mesh", "", null, Row.State.UP, 0, PEER, 1_000, ""));
  }
}
