package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreException;

@DisplayName("The store in SQLite")
class SqliteStoreTest extends StoreContract {
  static final NodeCodec CODEC = Codecs.with(new ZstdCompressor()).nodes();
  private static final int ENOUGH_ACKNOWLEDGED = 300;

  @TempDir Path folder;

  @Override
  RoomStore open() throws StoreException {
    return new SqliteStore(folder.resolve("main.session"), CODEC, Durability.FULL);
  }

  @Test
  @DisplayName("[AC1] kill -9 in the middle of writing loses nothing that was acknowledged")
  void killed() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AppendForever.class.getName(),
                folder.resolve("main.session").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long acknowledged = 0;
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      while (acknowledged < ENOUGH_ACKNOWLEDGED) {
        acknowledged = Long.parseLong(lines.readLine());
      }
      child.destroyForcibly().waitFor();
    } finally {
      child.destroyForcibly();
    }
    try (RoomStore store = open()) {
      List<?> tail = store.load().tail();
      assertTrue(tail.size() >= acknowledged, tail.size() + " of " + acknowledged);
    }
  }

  @Test
  @DisplayName("a damaged file is refused with what to do")
  void damaged() throws Exception {
    Files.writeString(folder.resolve("main.session"), "this is no database ".repeat(500));
    StoreException failure = assertThrows(StoreException.class, this::open);
    assertTrue(failure.getMessage().contains("damaged"), failure.getMessage());
  }

  @Test
  @DisplayName("a file that another server has open is refused")
  void locked() throws Exception {
    try (RoomStore first = open()) {
      first.load();
      assertThrows(StoreException.class, this::open);
    }
  }

  @Test
  @DisplayName("the folder lists its sessions; one that cannot be made is refused")
  void stores() throws Exception {
    SqliteStores stores = new SqliteStores(folder.resolve("deep/er"), CODEC, Durability.FULL);
    stores.open("one").close();
    stores.open("two").close();
    assertEquals(List.of("one", "two"), stores.names());
    Path file = Files.createFile(folder.resolve("file"));
    assertThrows(
        StoreException.class,
        () -> new SqliteStores(file.resolve("below"), CODEC, Durability.FULL));
  }
}
