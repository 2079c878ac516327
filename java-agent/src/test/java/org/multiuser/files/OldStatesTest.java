package org.multiuser.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;

/** [BR1] What goes of the joins of long ago, and what stays. */
class OldStatesTest {
  private static final Instant NOW = Instant.parse("2030-01-31T12:00:00Z");
  private static final int OLD_DAYS = 31;

  @TempDir private Path folder;

  @Test
  @DisplayName("a join of long ago goes, with all that its agent left; a younger one stays")
  void age() throws IOException {
    Path old = left("old", OLD_DAYS, false);
    Path young = left("young", 29, false);
    assertEquals(List.of(old), OldStates.remove(folder, NOW));
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young.resolve("join.properties")));
  }

  @Test
  @DisplayName("edits that were never sent stay, put aside or pending")
  void edits() throws IOException {
    Path pending = left("pending", OLD_DAYS, true);
    Path aside = left("aside", OLD_DAYS, false);
    Files.writeString(aside.resolve("pending-1.aside"), "x");
    age(aside, OLD_DAYS);
    assertEquals(List.of(), OldStates.remove(folder, NOW));
    try (FilePendingStore store = new FilePendingStore(pending)) {
      assertEquals(1, store.load().size());
    }
    assertTrue(Files.exists(aside.resolve("pending-1.aside")));
  }

  @Test
  @DisplayName("what an agent uses, or no agent made, stays")
  void others() throws IOException {
    Path used = left("used", OLD_DAYS, false);
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.writeString(foreign.resolve("scene.blend"), "x");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), left("target", 1, false));
    age(foreign, OLD_DAYS);
    try (FilePendingStore store = new FilePendingStore(used)) {
      age(used, OLD_DAYS);
      assertEquals(List.of(), OldStates.remove(folder, NOW));
    }
    for (Path kept : List.of(used, foreign.resolve("scene.blend"), empty, link)) {
      assertTrue(Files.exists(kept), kept.toString());
    }
  }

  /** The folder of a join that ended so many days ago. */
  private Path left(String name, int days, boolean withEdit) throws IOException {
    Path state = folder.resolve(name);
    try (FilePendingStore store = new FilePendingStore(state)) {
      if (withEdit) {
        UUID id = new UUID(1, 1);
        store.append(new Commit(id, 1, id, 0, 0, List.of(new Operation.Delete())));
      }
    }
    new JoinFile(state).write(new JoinFile.Join("here", new UUID(1, 1), new byte[32], null));
    for (Map.Entry<String, String> file : Map.of("held.log", "h", "held.log.new", "").entrySet()) {
      Files.writeString(state.resolve(file.getKey()), file.getValue());
    }
    age(state, days);
    return state;
  }

  private static void age(Path state, int days) throws IOException {
    try (var files = Files.newDirectoryStream(state)) {
      for (Path file : files) {
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(days))));
      }
    }
  }
}
