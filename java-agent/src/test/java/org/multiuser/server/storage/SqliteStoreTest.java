package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.room.StoreException;

@DisplayName("The store in SQLite")
class SqliteStoreTest extends StoreContract {
  static final Codecs CODECS = Codecs.with(new ZstdCompressor());
  static final NodeCodec CODEC = CODECS.nodes();
  private static final int KILLS = 6;

  /** Numbers are printed with ten digits, so that one cut short is seen as such. */
  private static final int WHOLE_LINE = 10;

  @TempDir Path folder;

  @Override
  RoomStore open() throws StoreException {
    return new SqliteStore(folder.resolve("main.session"), CODEC, Durability.FULL);
  }

  @Test
  @DisplayName("a copy of a store in use has all that was saved; the store goes on")
  void copied() throws Exception {
    Path copy = folder.resolve("copy.session");
    try (SqliteStore store = (SqliteStore) open()) {
      store.load();
      store.save(List.of(new StoreChange.Append(new StoreChange.Entry(1, null, 0, new byte[9]))));
      store.copyTo(copy);
      store.save(List.of(new StoreChange.Append(new StoreChange.Entry(2, null, 0, new byte[9]))));
      assertEquals(2, store.read(1, 1000).size());
      assertThrows(StoreException.class, () -> store.copyTo(copy), "there already");
      assertEquals(2, store.read(1, 1000).size());
    }
    try (SqliteStore read = new SqliteStore(copy, CODEC, Durability.FULL)) {
      assertEquals(1, read.read(1, 1000).size());
    }
  }

  @Test
  @DisplayName("[AC1, DU1, DU4] kill -9 at random moments of writing loses nothing acknowledged")
  void killed() throws Exception {
    Random random = new Random(7);
    long acknowledged = 0;
    for (int round = 0; round < KILLS; round++) {
      acknowledged = killedOnce(acknowledged + 50 + random.nextInt(400));
      SessionCheck check = new SessionCheck(folder.resolve("main.session"), CODECS);
      assertEquals(List.of(), check.damage(), "[DU10] round " + round);
      try (RoomStore store = open()) {
        RoomStore.Stored stored = store.load();
        List<StoreChange.Entry> tail = stored.tail();
        long last = tail.isEmpty() ? stored.imageSequence() : tail.get(tail.size() - 1).sequence();
        assertTrue(last >= acknowledged, last + " kept of " + acknowledged);
        assertTrue(stored.settled().values().stream().allMatch(counter -> counter == last));
        acknowledged = last;
      }
    }
  }

  /** Lets a child write until so much is acknowledged, kills it, and tells what was at the end. */
  private long killedOnce(long enough) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AppendForever.class.getName(),
                folder.resolve("main.session").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long acknowledged = 0;
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      while (acknowledged < enough) {
        acknowledged = Long.parseLong(lines.readLine());
      }
      child.toHandle().destroyForcibly(); // Unlike the process's own method, it leaves the output.
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = line.length() < WHOLE_LINE ? acknowledged : Long.parseLong(line);
      }
      child.waitFor();
    } finally {
      child.destroyForcibly();
    }
    return acknowledged;
  }

  @Test
  @DisplayName("[DU4] trimming gives space back to the file system")
  void shrinks() throws Exception {
    Path file = folder.resolve("main.session");
    byte[] bytes = new byte[1 << 20];
    int lines = 48;
    try (RoomStore store = new SqliteStore(file, CODEC, Durability.NORMAL)) {
      for (int i = 1; i <= lines; i++) {
        store.save(List.of(new StoreChange.Append(new StoreChange.Entry(i, null, 0, bytes))));
      }
      store.save(List.of(new StoreChange.Checkpoint(lines), new StoreChange.Checkpoint(lines)));
    }
    long before = Files.size(file);
    try (RoomStore store = new SqliteStore(file, CODEC, Durability.NORMAL)) {
      for (int i = 1; i <= lines; i++) {
        store.save(List.of(new StoreChange.Trim(1, 1)));
      }
    }
    long after = Files.size(file);
    assertTrue(before > 48L << 20, before + " bytes");
    assertTrue(after < 36L << 20, after + " of " + before + " bytes");
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
