package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.file.Digest;

/** One user's own files, from which chunks are loaded. */
class LocalFilesTest {
  private static final byte[] BEFORE = {1, 2, 3};
  private static final byte[] AFTER = {3, 2, 1};

  /** The quota of a cache that is soon full: one MB, as a chunk may have. */
  private static final int SMALL_BYTES = 1 << 20;

  private static final int THREADS = 4;

  @TempDir Path folder;
  private LocalFiles files;
  private Path own;
  private Digest chunk;

  @BeforeEach
  void cut() throws IOException {
    files = new LocalFiles(folder.resolve("cache"), 1 << 20);
    own = Files.write(folder.resolve("own.bin"), BEFORE);
    chunk = files.cut(own).chunks().get(0).digest();
  }

  @Test
  @DisplayName("a chunk is read from the file where it stands")
  void loads() {
    assertArrayEquals(BEFORE, files.load(chunk).orElseThrow());
    assertEquals(Optional.empty(), files.load(Digest.ofContent(AFTER)));
  }

  @Test
  @DisplayName("a file that was only touched is hashed again, one that is another one is told")
  void changed() throws IOException {
    Files.setLastModifiedTime(own, FileTime.fromMillis(1_000_000_000_000L));
    assertArrayEquals(BEFORE, files.load(chunk).orElseThrow());
    Files.write(own, AFTER);
    Files.setLastModifiedTime(own, FileTime.fromMillis(1_000_000_001_000L));
    assertEquals(Optional.empty(), files.load(chunk));
    Files.delete(own);
    assertEquals(Optional.empty(), files.load(chunk));
  }

  @Test
  @DisplayName("a file that shows no sign of a change is not hashed again: the receiver does it")
  void untouched() throws IOException {
    FileTime then = Files.getLastModifiedTime(own);
    Files.write(own, AFTER);
    Files.setLastModifiedTime(own, then);
    assertArrayEquals(AFTER, files.load(chunk).orElseThrow());
  }

  @Test
  @DisplayName("a chunk that another file has too comes from there")
  void elsewhere() throws IOException {
    Path twin = Files.write(folder.resolve("twin.bin"), BEFORE);
    files.cut(twin);
    Files.write(own, new byte[10]);
    assertArrayEquals(BEFORE, files.load(chunk).orElseThrow());
    assertTrue(Files.deleteIfExists(own));
    assertArrayEquals(BEFORE, files.load(chunk).orElseThrow());
  }

  @Test
  @DisplayName("a full cache makes room for a chunk that is larger than the room usually made")
  void larger() throws IOException {
    LocalFiles small = new LocalFiles(folder.resolve("small"), SMALL_BYTES);
    for (int i = 0; i < 20; i++) {
      byte[] content = content(i, SMALL_BYTES / 3);
      small.keep(Digest.ofContent(content), content, Set::of);
      assertArrayEquals(content, small.load(Digest.ofContent(content)).orElseThrow());
    }
    byte[] all = content(99, SMALL_BYTES);
    small.keep(Digest.ofContent(all), all, Set::of);
    assertEquals(SMALL_BYTES, small.bytes());
  }

  @Test
  @DisplayName("several threads that fill the cache at once each get what they keep into it")
  void together() throws Exception {
    LocalFiles small = new LocalFiles(folder.resolve("small"), SMALL_BYTES);
    List<Callable<Void>> keepers =
        IntStream.range(0, THREADS).<Callable<Void>>mapToObj(i -> () -> fill(small, i)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> keeper : threads.invokeAll(keepers)) {
        keeper.get(); // Throws what the keeper threw.
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void fill(LocalFiles small, int thread) throws IOException {
    for (int i = 0; i < 100; i++) {
      byte[] content = content(thread * 1000 + i, 4_096 + 500 * i);
      small.keep(Digest.ofContent(content), content, Set::of);
    }
    return null;
  }

  @Test
  @DisplayName("what is needed stays, and where it leaves no room the user is told what to do")
  void needed() throws IOException {
    LocalFiles small = new LocalFiles(folder.resolve("small"), SMALL_BYTES);
    Set<Digest> needed = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      byte[] content = content(i, SMALL_BYTES * 95 / 1000);
      needed.add(Digest.ofContent(content));
      small.keep(Digest.ofContent(content), content, () -> needed);
    }
    for (int i = 10; i < 12; i++) { // 95 % are needed: there is room for one of these.
      byte[] fits = content(i, SMALL_BYTES / 20);
      small.keep(Digest.ofContent(fits), fits, () -> needed);
    }
    byte[] more = content(12, SMALL_BYTES / 10);
    IOException told =
        assertThrows(
            StoreFullException.class, () -> small.keep(Digest.ofContent(more), more, () -> needed));
    assertTrue(told.getMessage().contains("holds all of the 1 MB that it may"), told.getMessage());
    for (Digest digest : needed) {
      assertTrue(small.load(digest).isPresent());
    }
  }

  private static byte[] content(long seed, int size) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
