package org.multiuser.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;

/** What an agent left behind that ended with its Blender. */
class AbandonedJoinTest {
  private static final UUID NODE = new UUID(7, 7);
  private static final String HERE = "host 5555 main anna";

  @TempDir private Path states;
  private final List<FilePendingStore> agents = new ArrayList<>();

  @AfterEach
  void end() {
    agents.forEach(FilePendingStore::close);
  }

  @Test
  @DisplayName("[BR1] identity and edits go to the next join of the same user at the same place")
  void takenOver() throws IOException {
    UUID client = abandon("old", HERE, 2, 1_000);
    assertEquals(Optional.of(client), takeOver("new", HERE, 2));
    assertEquals(client, new JoinFile(states.resolve("new")).read().orElseThrow().client());
    assertTrue(new JoinFile(states.resolve("old")).read().isEmpty(), "two could go on with it");
    assertEquals(Optional.empty(), takeOver("third", HERE, 0));
  }

  @Test
  @DisplayName("[BR1, BR18] what was let go goes with it once")
  void released() throws IOException {
    UUID client = abandon("old", HERE, 1, 1_000);
    try (FilePendingStore store = new FilePendingStore(states.resolve("old"))) {
      store.load();
      store.append(edit(client, 1L << 62));
      store.release(1L << 62, edit(client, 2));
    }
    assertEquals(Optional.of(client), takeOver("new", HERE, 2));
  }

  @Test
  @DisplayName("[BR1, BR18] where the identity cannot be moved it stays, with its edits")
  void notMoved() throws IOException {
    abandon("old", HERE, 2, 1_000);
    Files.createDirectories(states.resolve("new").resolve(JoinFile.NAME).resolve("full"));
    assertEquals(Optional.empty(), takeOver("new", HERE, 2));
    assertTrue(new JoinFile(states.resolve("old")).read().isPresent());
    try (FilePendingStore left = new FilePendingStore(states.resolve("old"))) {
      assertEquals(2, left.load().size());
    }
  }

  @Test
  @DisplayName("[BR1] what an agent uses, or what was for another place, stays")
  void left() throws IOException {
    abandon("other", "host 5555 main ben", 1, 1_000);
    abandon("used", HERE, 1, 1_000);
    try (FilePendingStore used = new FilePendingStore(states.resolve("used"))) {
      assertEquals(Optional.empty(), takeOver("new", HERE, 0));
      assertEquals(1, used.load().size());
    }
  }

  @Test
  @DisplayName("[BR1] of several, one with edits is taken first, then the newest")
  void order() throws IOException {
    UUID newest = abandon("a", HERE, 0, 3_000);
    UUID withEdits = abandon("b", HERE, 1, 1_000);
    UUID oldest = abandon("c", HERE, 0, 2_000);
    assertEquals(Optional.of(withEdits), takeOver("x", HERE, 1));
    assertEquals(Optional.of(newest), takeOver("y", HERE, 0));
    assertEquals(Optional.of(oldest), takeOver("z", HERE, 0));
  }

  @Test
  @DisplayName("[BR1] an identity that cannot be read keeps nobody from joining")
  void damaged() throws IOException {
    abandon("old", HERE, 1, 1_000);
    Files.write(states.resolve("old").resolve(JoinFile.NAME), new byte[] {'\\', 'u', 'x'});
    assertEquals(Optional.empty(), takeOver("new", HERE, 0));
  }

  private static Commit edit(UUID client, long counter) {
    return new Commit(client, counter, NODE, 0, 0, List.of(new Operation.Delete()));
  }

  /** A join that its agent left with some edits; the identity. */
  private UUID abandon(String name, String where, int edits, long millis) throws IOException {
    Path state = states.resolve(name);
    UUID client = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    try (FilePendingStore store = new FilePendingStore(state)) {
      for (int i = 1; i <= edits; i++) {
        store.append(edit(client, i));
      }
    }
    new JoinFile(state).write(new JoinFile.Join(where, client, new byte[32], new UUID(1, 1)));
    Files.setLastModifiedTime(state.resolve(JoinFile.NAME), FileTime.fromMillis(millis));
    return client;
  }

  /**
   * An agent that goes on joins in a new folder and finds so many edits; the identity that it goes
   * on with.
   */
  private Optional<UUID> takeOver(String name, String where, int edits) {
    Path state = states.resolve(name);
    FilePendingStore store = new FilePendingStore(state);
    agents.add(store);
    Optional<UUID> client = AbandonedJoin.takeOver(state, where, store).map(JoinFile.Join::client);
    assertEquals(edits, store.load().size());
    return client;
  }
}
