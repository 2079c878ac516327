package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** What becomes of pending commits when a stream begins again, and when they cannot be kept. */
class ResumeTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID NODE = new UUID(2, 2);
  private static final UUID INCARNATION = new UUID(3, 3);

  private boolean diskFull;
  private long tokens = 100;
  private final Repository repository =
      new Repository(
          ME,
          () -> ++tokens,
          new KeepsNothing() {
            @Override
            public void append(Commit commit) {
              if (diskFull) {
                throw new UncheckedIOException(new IOException("the disk is full"));
              }
            }
          });

  @Test
  @DisplayName(
      "[SU4, AC2] a commit that is in the snapshot is neither offered anew nor told refused")
  void settledBySnapshot() {
    synced(List.of(node(1, 5, 1, 2)));
    repository.done(repository.take(1 << 20).orElseThrow().number());
    repository.submit(List.of(mesh(1, 2, 3)));
    Commit mine = repository.unsent().orElseThrow();
    assertEquals(5, mine.structure());
    repository.sent(mine.counter());

    // The link is cut; the server took it, and a teammate has changed a row since.
    repository.newLink();
    repository.snapshot(INCARNATION, 3, List.of(node(3, mine.newStructure(), 1, 9, 3)));
    repository.caughtUp(mine.counter());

    assertEquals(0, repository.pendingCount());
    assertArrayEquals(
        new byte[] {1, 9, 3}, repository.node(NODE).orElseThrow().buffers().get("rows").bytes());
  }

  @Test
  @DisplayName("[SU4] of a commit that the snapshot shows the artist is told nothing")
  void noFalseAlarm() {
    synced(List.of());
    repository.submit(List.of(mesh(1, 2, 3)));
    Commit mine = repository.unsent().orElseThrow();
    Node node = repository.node(NODE).orElseThrow();
    repository.snapshot(INCARNATION, 1, List.of(node));
    repository.caughtUp(mine.counter());
    assertEquals(List.of(), repository.notices());
  }

  @Test
  @DisplayName("[AC2] an edit that could not be kept is found again by the next capture")
  void diskFull() {
    synced(List.of());
    repository.submit(List.of(mesh(1, 2, 3)));
    diskFull = true;
    List<Capture> edit = List.of(mesh(1, 2, 4));
    assertThrows(UncheckedIOException.class, () -> repository.submit(edit));
    List<Capture> delete = List.of(Capture.delete(NODE, "Mesh"));
    assertThrows(UncheckedIOException.class, () -> repository.submit(delete));
    diskFull = false;
    repository.submit(edit);
    assertEquals(2, repository.pendingCount());
    repository.submit(delete);
    assertTrue(repository.node(NODE).isEmpty());
  }

  private void synced(List<Node> nodes) {
    repository.snapshot(INCARNATION, 0, nodes);
    repository.caughtUp(0);
  }

  private static Node node(long revision, long structure, int... rows) {
    Buffer buffer = new Buffer(DataType.UINT8, rows.length, 1, bytes(rows));
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("rows", buffer));
    return new Node(NODE, "Mesh", null, revision, structure, Value.Fields.EMPTY, buffers);
  }

  private static Capture mesh(int... rows) {
    Capture.Array array =
        new Capture.Array(DataType.UINT8, rows.length, 1, ByteBuffer.wrap(bytes(rows)));
    return new Capture(
        NODE,
        "Mesh",
        Capture.Kind.FULL,
        Value.Fields.EMPTY,
        List.of(),
        List.of(),
        Map.of("rows", array),
        true,
        true,
        Set.of("rows"));
  }

  private static byte[] bytes(int... rows) {
    byte[] bytes = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      bytes[i] = (byte) rows[i];
    }
    return bytes;
  }
}
