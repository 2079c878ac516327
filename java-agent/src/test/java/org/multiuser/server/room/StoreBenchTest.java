package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.SqliteStore;

/**
 * Prints what docs/benchmarks.md shows of the store: the real ledger, journal and SQLite file. Run
 * by {@code ./multi-user bench store}, not with the tests.
 */
@EnabledIfSystemProperty(named = "multiuser.bench", matches = "store")
class StoreBenchTest {
  private static final Codecs CODECS = Codecs.with(new ZstdCompressor());
  private static final UUID AUTHOR = new UUID(1, 1);
  private static final int NODES = 1_000;
  private static final int GROUP = 64;
  private static final int MANY = 1_000_000;
  private static final double NANOS = 1e9;

  @TempDir Path folder;

  @Test
  @DisplayName("durable commits a second, one at a time and in groups, full and normal")
  void durability() throws Exception {
    for (Durability durability : Durability.values()) {
      for (int group : new int[] {1, GROUP}) {
        Path file = folder.resolve(durability + "-" + group + ".session");
        try (Bench bench = new Bench(file, durability)) {
          bench.commit(2_000, group);
          int count = group == 1 ? 4_000 : 40_000;
          long begin = System.nanoTime();
          bench.commit(count, group);
          double seconds = (System.nanoTime() - begin) / NANOS;
          print("%-6s groups of %2d: %,7.0f commits/s", durability, group, count / seconds);
        }
      }
    }
  }

  @Test
  @DisplayName("a session of a million commits: the longest batch, the file, and opening it")
  void million() throws Exception {
    Path file = folder.resolve("million.session");
    try (Bench bench = new Bench(file, Durability.NORMAL)) {
      bench.commit(MANY, GROUP);
      print("longest batch %.0f ms, images and trimming included", bench.longestNanos / 1e6);
      print("after closing: the log from %,d on", bench.firstLine());
    }
    print("the file: %.1f MB", Files.size(file) / 1e6);
    long begin = System.nanoTime();
    try (Bench bench = new Bench(file, Durability.FULL)) {
      print("opened in %.2f s", (System.nanoTime() - begin) / NANOS);
      assertEquals(MANY, bench.ledger.durableSequence());
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      left.forEach(path -> assertEquals(file, path));
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  /** A ledger with its journal and store, as the server has them, in one thread. */
  private static final class Bench implements AutoCloseable {
    private final Outbox out = new Outbox();
    private final Journal journal = new Journal("bench", out);
    private final Ledger ledger;
    private final SqliteStore store;
    private long counter;
    private long longestNanos;

    Bench(Path file, Durability durability) throws StoreException {
      store = new SqliteStore(file, CODECS.nodes(), durability);
      ledger =
          new Ledger(
              AUTHOR, journal, CODECS.entries(), new HallSettings("bench", 60_000, 32L << 20));
      RoomStore.Stored stored = store.load();
      if (stored.header() == null) {
        journal.keep(
            new StoreChange.SaveHeader(
                new StoreChange.Header(AUTHOR, SessionState.ACTIVE, "", null)));
        save();
      } else {
        List<LogEntry> tail = new ArrayList<>();
        stored.tail().forEach(entry -> tail.add(CODECS.entries().decode(entry.bytes())));
        ledger.restore(stored, tail);
      }
    }

    void commit(int count, int group) throws StoreException {
      for (int i = 0; i < count; i += group) {
        for (int k = 0; k < group; k++) {
          append();
        }
        long begin = System.nanoTime();
        save();
        longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
      }
    }

    private void append() {
      long number = ++counter;
      UUID node = new UUID(3, number % NODES);
      Operation step =
          number <= NODES
              ? new Operation.Create("Object", Value.Fields.EMPTY)
              : new Operation.Set(
                  org.multiuser.protocol.model.Path.of("location"), new Value.Real(number));
      Commit commit = new Commit(AUTHOR, number, node, 0, 0, List.of(step));
      ledger.append(commit, CODECS.commits().encode(commit), () -> {});
    }

    /** One batch, as the room does it. */
    private void save() throws StoreException {
      journal.flush();
      for (Effect effect : out.take()) {
        if (effect instanceof Effect.Save save) {
          store.save(save.changes());
          journal.saved();
          ledger.advanceCheckpoint();
        }
      }
    }

    long firstLine() throws StoreException {
      long low = 1;
      long high = counter;
      while (low < high) {
        long middle = (low + high) / 2;
        if (store.read(middle, 1).isEmpty()) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    public void close() throws StoreException {
      while (journal.isBusy()) {
        journal.flush();
        save();
      }
      store.close();
    }
  }
}
