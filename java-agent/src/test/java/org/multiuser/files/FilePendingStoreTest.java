package org.multiuser.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Value;

/** Pending commits on a disk that is not always kind. */
class FilePendingStoreTest {
  private static final int HEAD_BYTES = 8;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void place() {
    file = folder.resolve("pending.log");
  }

  @Test
  @DisplayName("[AC2] what was not settled is there again, in order and exactly")
  void roundTrip() {
    List<Commit> all = List.of(commit(1), withBuffer(2), commit(3));
    try (FilePendingStore store = new FilePendingStore(folder)) {
      all.forEach(store::append);
      store.settle(1);
    }
    assertEquals(all.subList(1, 3), load());
    assertEquals(all.subList(1, 3), load(), "loading settles nothing");
  }

  @Test
  @DisplayName("[AC2] when all is settled the file is empty, and goes on from there")
  void emptied() throws IOException {
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.append(commit(1));
      store.append(commit(2));
      store.settle(2);
      store.settle(1);
      store.settle(7);
      assertEquals(0, Files.size(file));
      store.append(commit(3));
    }
    assertEquals(List.of(commit(3)), load());
  }

  @Test
  @DisplayName("[AC2] killed at any byte of a write: all before it is there, and more can follow")
  void torn() throws IOException {
    keep(1, 2);
    int whole = (int) Files.size(file);
    keepMore(3);
    byte[] bytes = Files.readAllBytes(file);
    for (int cut = whole; cut < bytes.length; cut++) {
      Files.write(file, Arrays.copyOf(bytes, cut));
      try (FilePendingStore store = new FilePendingStore(folder)) {
        assertEquals(List.of(commit(1), commit(2)), store.load(), "cut at " + cut);
        store.append(commit(4));
      }
      assertEquals(List.of(commit(1), commit(2), commit(4)), load(), "cut at " + cut);
    }
  }

  @Test
  @DisplayName(
      "[BR18] killed at any byte of letting go: it waits or goes out, never both or neither")
  void tornRelease() throws IOException {
    long waited = (1L << 62) + 1;
    int whole;
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.append(commit(1));
      store.append(commit(waited));
      whole = (int) Files.size(file);
      store.release(waited, commit(2));
    }
    byte[] bytes = Files.readAllBytes(file);
    for (int cut = whole; cut <= bytes.length; cut++) {
      Files.write(file, Arrays.copyOf(bytes, cut));
      long left = cut < bytes.length ? waited : 2;
      assertEquals(List.of(commit(1), commit(left)), load(), "cut at " + cut);
    }
  }

  @Test
  @DisplayName("[BR18] what was let go is settled as any other")
  void released() throws IOException {
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.append(commit(1L << 62));
      store.release(1L << 62, commit(1));
      store.append(commit(2));
      store.settle(1);
    }
    assertEquals(List.of(commit(2)), load());
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.load();
      store.settle(2);
      assertEquals(0, Files.size(file));
    }
  }

  @Test
  @DisplayName("[AC2] a damaged edit in the middle costs that one; a copy of the file is put aside")
  void damagedPayload() throws IOException {
    keep(1);
    int start = (int) Files.size(file);
    keepMore(2);
    keepMore(3);
    byte[] bytes = Files.readAllBytes(file);
    bytes[start + HEAD_BYTES + 5] ^= 0x55;
    Files.write(file, bytes);
    assertEquals(List.of(commit(1), commit(3)), load());
    assertEquals(1, asides());
  }

  @Test
  @DisplayName("[AC2] a damaged length keeps what stands before it; a copy is put aside")
  void damagedLength() throws IOException {
    keep(1);
    int start = (int) Files.size(file);
    keepMore(2);
    keepMore(3);
    for (int wrong : new int[] {0, -1, 0x7fffffff}) {
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer.wrap(bytes).putInt(start, wrong);
      Files.write(file, bytes);
      assertEquals(List.of(commit(1)), load());
      keepMore(2);
      keepMore(3);
    }
    assertTrue(asides() >= 1);
  }

  @Test
  @DisplayName("any byte of the file may be wrong: opening never fails and invents nothing")
  void anyByte() throws IOException {
    keep(1, 2, 3);
    byte[] bytes = Files.readAllBytes(file);
    List<Commit> all = List.of(commit(1), commit(2), commit(3));
    for (int at = 0; at < bytes.length; at += 3) {
      byte[] wrong = bytes.clone();
      wrong[at] ^= (byte) 0xff;
      Files.write(file, wrong);
      assertTrue(all.containsAll(load()), "byte " + at);
    }
  }

  @Test
  @DisplayName("two agents cannot use one folder: the second is told so")
  void locked() {
    try (FilePendingStore first = new FilePendingStore(folder)) {
      first.append(commit(1));
      UncheckedIOException refused =
          assertThrows(UncheckedIOException.class, () -> new FilePendingStore(folder));
      assertTrue(refused.getMessage().contains("another agent uses"), refused.getMessage());
    }
    assertEquals(List.of(commit(1)), load());
  }

  @Test
  @DisplayName("a folder that cannot be made or written is named")
  void noFolder() throws IOException {
    Path blocked = Files.createFile(folder.resolve("file"));
    UncheckedIOException refused =
        assertThrows(UncheckedIOException.class, () -> new FilePendingStore(blocked));
    assertTrue(refused.getMessage().contains(blocked.toString()), refused.getMessage());
    Path occupied = Files.createDirectories(folder.resolve("other").resolve("pending.log"));
    assertThrows(UncheckedIOException.class, () -> new FilePendingStore(occupied.getParent()));
    Files.delete(occupied);
    new FilePendingStore(occupied.getParent()).close();
  }

  @Test
  @DisplayName("[SU5] what is put aside is a whole copy; the store starts empty")
  void aside() throws IOException {
    UUID incarnation = new UUID(8, 8);
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.append(commit(1));
      store.setAside(incarnation);
      store.append(commit(2));
    }
    assertEquals(List.of(commit(2)), load());
    Path copy = folder.resolve("pending-" + incarnation + ".aside");
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(List.of(commit(1)), load());
  }

  private List<Commit> load() {
    try (FilePendingStore store = new FilePendingStore(folder)) {
      return store.load();
    }
  }

  private void keep(long... counters) {
    try (FilePendingStore store = new FilePendingStore(folder)) {
      for (long counter : counters) {
        store.append(commit(counter));
      }
    }
  }

  private void keepMore(long counter) {
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.load();
      store.append(commit(counter));
    }
  }

  private long asides() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.toString().endsWith(".aside")).count();
    }
  }

  private static Commit commit(long counter) {
    Operation create = new Operation.Create("Object", new Value.Fields(new TreeMap<>()));
    return new Commit(new UUID(1, 1), counter, new UUID(2, counter), 0, 0, List.of(create));
  }

  private static Commit withBuffer(long counter) {
    byte[] bytes = new byte[100_000];
    bytes[7] = 1;
    Operation replace =
        new Operation.ReplaceBuffer("co", new Buffer(DataType.UINT8, bytes.length, 1, bytes));
    return new Commit(new UUID(1, 1), counter, new UUID(2, counter), 5, 6, List.of(replace));
  }

  @Test
  @DisplayName("a settled edit does not come back because another one was damaged")
  void settledStaysSettled() throws IOException {
    try (FilePendingStore store = new FilePendingStore(folder)) {
      store.append(commit(1));
      store.append(commit(2));
      store.settle(1);
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[(bytes.length - 17) / 2 + HEAD_BYTES + 3] ^= 1;
    Files.write(file, bytes);
    assertEquals(List.of(), load());
    assertFalse(load().contains(commit(1)));
  }
}
