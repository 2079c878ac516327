package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;

class ChunkStoreTest {
  private static final long QUOTA = 1 << 20;

  @TempDir Path folder;
  private long nowMillis = 1_700_000_000_000L;
  private ChunkStore store;

  @BeforeEach
  void open() throws IOException {
    store = new ChunkStore(folder, QUOTA, () -> nowMillis);
  }

  private static byte[] content(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Digest put(byte[] content) throws IOException {
    Digest digest = Digest.ofContent(content);
    store.put(digest, ByteBuffer.wrap(content));
    return digest;
  }

  private Path fileOf(Digest digest) {
    return folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex() + ".chunk");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(it -> it.getFileName().toString()).toList();
    }
  }

  @Test
  @DisplayName("what is put in comes out, also after the store was opened anew")
  void keeps() throws IOException {
    byte[] one = content(1, 1000);
    Digest digest = put(one);
    assertFalse(store.put(digest, ByteBuffer.wrap(one)), "it was there already");
    assertArrayEquals(one, store.get(digest).orElseThrow());
    open();
    assertArrayEquals(one, store.get(digest).orElseThrow());
    assertEquals(4096, store.bytes(), "what a disk gives it at least");
    assertEquals(1, store.count());
    assertEquals(List.of(digest.hex() + ".chunk"), files());
  }

  @Test
  @DisplayName("a folder that went is made again")
  void folderGone() throws IOException {
    byte[] one = content(1, 1000);
    Digest digest = put(one);
    Files.delete(fileOf(digest));
    Files.delete(fileOf(digest).getParent());
    assertTrue(store.get(digest).isEmpty());
    put(one);
    assertArrayEquals(one, store.get(digest).orElseThrow());
  }

  @Test
  @DisplayName("nothing is kept under a name that is not its own")
  void wrongName() throws IOException {
    Digest digest = Digest.ofContent(content(1, 10));
    for (byte[] wrong : List.of(content(2, 10), new byte[0], new byte[Cutter.LONGEST + 1])) {
      assertThrows(IllegalArgumentException.class, () -> store.put(digest, ByteBuffer.wrap(wrong)));
    }
    assertEquals(List.of(), files());
  }

  @Test
  @DisplayName("a damaged chunk, one that is shorter or longer and one that is gone are not there")
  void damaged() throws IOException {
    for (byte[] damage : new byte[][] {content(9, 1000), content(1, 999), content(1, 1001), null}) {
      byte[] one = content(1, 1000);
      Digest digest = put(one);
      if (damage == null) {
        Files.delete(fileOf(digest));
      } else {
        Files.write(fileOf(digest), damage);
      }
      assertTrue(store.get(digest).isEmpty());
      assertFalse(store.has(digest));
      assertEquals(0, store.bytes());
      assertEquals(List.of(), files());
      put(one);
      assertArrayEquals(one, store.get(digest).orElseThrow());
      assertEquals(0, store.collect(it -> false, nowMillis - 1));
    }
  }

  @Test
  @DisplayName(
      "what was half written a day ago goes; what may be being written, and others' files stay")
  void unfinished() throws IOException {
    Digest digest = put(content(1, 1000));
    Path sub = fileOf(digest).getParent();
    Path old = Files.writeString(sub.resolve(digest.hex() + ".chunk.7.part"), "half");
    Files.setLastModifiedTime(old, FileTime.fromMillis(nowMillis - 25 * 3_600_000L));
    Path young = Files.writeString(sub.resolve(digest.hex() + ".chunk.8.part"), "half");
    Files.setLastModifiedTime(young, FileTime.fromMillis(nowMillis - 23 * 3_600_000L));
    Files.writeString(sub.resolve("notes.txt"), "somebody's");
    Files.writeString(folder.resolve("readme"), "somebody's");
    open();
    assertEquals(1, store.count());
    assertEquals(
        Set.of(digest.hex() + ".chunk", digest.hex() + ".chunk.8.part", "notes.txt", "readme"),
        Set.copyOf(files()));
  }

  @Test
  @DisplayName(
      "what was used least recently makes room, also another process's; not what is needed")
  void evicts() throws IOException {
    ChunkStore other = new ChunkStore(folder, QUOTA, () -> nowMillis);
    List<Digest> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] content = content(i, 100_000);
      all.add(Digest.ofContent(content));
      (i == 1 ? other : store).put(all.get(i), ByteBuffer.wrap(content));
      Files.setLastModifiedTime(fileOf(all.get(i)), FileTime.fromMillis(nowMillis + i * 1000L));
    }
    nowMillis += 60_000;
    assertTrue(store.touch(all.get(2)));
    assertEquals(400_000, store.bytes());
    store.evict(Set.of(all.get(0)), 300_000);
    assertEquals(300_000, store.bytes());
    assertEquals(List.of(true, false, true, false, true), all.stream().map(store::has).toList());
    assertTrue(other.get(all.get(1)).isEmpty(), "gone, which is no damage");
    assertFalse(other.touch(all.get(1)));
    store.evict(Set.copyOf(all), 0);
    assertEquals(300_000, store.bytes());
  }

  @Test
  @DisplayName("two processes may put the same chunk, and each reads what either has put")
  void twoProcesses() throws IOException {
    ChunkStore other = new ChunkStore(folder, QUOTA, () -> nowMillis);
    byte[] one = content(1, 1000);
    Digest digest = put(one);
    assertTrue(other.put(digest, ByteBuffer.wrap(one)), "it did not know");
    assertArrayEquals(one, other.get(digest).orElseThrow());
    assertArrayEquals(one, store.get(digest).orElseThrow());
    assertEquals(1, files().size());
  }

  @Test
  @DisplayName("a chunk that is a link to elsewhere is not read")
  void links() throws IOException {
    byte[] secret = content(3, 100);
    Path elsewhere = Files.write(folder.resolve("elsewhere"), secret);
    Digest digest = Digest.ofContent(secret);
    Files.createDirectories(fileOf(digest).getParent());
    Files.createSymbolicLink(fileOf(digest), elsewhere);
    open();
    assertFalse(store.has(digest));
  }

  @Test
  @DisplayName("the quota holds, and its error says what to do")
  void quota() throws IOException {
    put(content(1, 600_000));
    byte[] more = content(2, 600_000);
    StoreFullException full = assertThrows(StoreFullException.class, () -> put(more));
    assertTrue(full.getMessage().contains("1 MB that it may: clear it"), full.getMessage());
    assertEquals(600_000, store.bytes());
    assertEquals(1, files().size());
    put(content(3, 400_000));
  }

  @Test
  @DisplayName("what nothing refers to goes after its time of grace, which use begins anew")
  void collects() throws IOException {
    Digest needed = put(content(1, 100));
    Digest used = put(content(2, 200));
    Digest idle = put(content(3, 400));
    for (Digest digest : List.of(needed, used, idle)) {
      assertTrue(store.touch(digest));
    }
    nowMillis += 50_000;
    assertTrue(store.touch(used));
    nowMillis += 20_000;
    assertEquals(4096, store.collect(needed::equals, nowMillis - 60_000));
    assertTrue(store.has(needed) && store.has(used) && !store.has(idle));
    assertEquals(2 * 4096, store.bytes());
    assertFalse(store.touch(idle));
  }

  @Test
  @DisplayName("several threads put and get the same and other chunks")
  void threads() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte[] bytes = content(i % 20, 2000 + i % 20);
        work.add(
            () -> {
              Digest digest = put(bytes);
              assertArrayEquals(bytes, store.get(digest).orElseThrow());
              return null;
            });
      }
      for (var done : pool.invokeAll(work)) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(20, store.count());
    assertEquals(20, files().size());
    long bytes = store.bytes();
    open();
    assertEquals(bytes, store.bytes());
  }

  @Test
  @DisplayName("a folder that cannot be made is an error that names it")
  void noFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    IOException error =
        assertThrows(
            IOException.class, () -> new ChunkStore(file.resolve("store"), QUOTA, () -> nowMillis));
    assertTrue(error.getMessage().contains("file"), error.getMessage());
  }
}
