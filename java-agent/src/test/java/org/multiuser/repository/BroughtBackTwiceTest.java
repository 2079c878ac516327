package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Two artists bring the same deleted datablock back by undo, before either hears of the other. */
class BroughtBackTwiceTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final UUID NODE = new UUID(2, 2);

  private long sequence;
  private final Repository repository = new Repository(ME, () -> 1, PendingStore.NONE);

  @BeforeEach
  void otherBroughtItBackFirst() {
    repository.snapshot(new UUID(3, 3), 0, List.of());
    repository.caughtUp(0);
    fromOther(new Operation.Create("Mesh", tree(1)));
  }

  @Test
  @DisplayName("[BR13] a node that Blender brought back itself goes when others delete it")
  void goesWhenDeleted() {
    repository.submit(List.of(Capture.full(NODE, "Mesh", tree(2), Map.of())));
    assertEquals(
        List.of(new Operation.Set(Path.of("x"), new Value.Int(2))),
        repository.unsent().orElseThrow().operations());
    fromOther(new Operation.Delete());
    List<Change> changes = repository.take(1000).orElseThrow().changes();
    assertEquals(NODE, assertInstanceOf(Change.Delete.class, changes.get(0)).id());
  }

  @Test
  @DisplayName("[BR13] a node that Blender brought back as others did is not handed to it again")
  void isNotHandedOver() {
    repository.submit(List.of(Capture.full(NODE, "Mesh", tree(1), Map.of())));
    assertEquals(0, repository.pendingCount());
    assertTrue(repository.take(1000).isEmpty());
    fromOther(new Operation.Delete());
    assertTrue(repository.take(1000).isPresent());
  }

  private void fromOther(Operation step) {
    sequence++;
    Commit commit = new Commit(OTHER, sequence, NODE, 0, 0, List.of(step));
    repository.entry(new LogEntry.Committed(sequence, commit));
  }

  private static Value.Fields tree(long x) {
    return new Value.Fields(new TreeMap<>(Map.of("x", new Value.Int(x))));
  }
}
