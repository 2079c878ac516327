package org.multiuser.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentPoolTest {
  @TempDir Path folder;

  @Test
  @DisplayName("[BR6] sizes are powers of two from 64 KiB, and the file has that size")
  void sizes() throws IOException {
    SegmentPool pool = new SegmentPool(folder, 1L << 30, 1L << 30);
    long[][] cases = {{0, 65_536}, {1, 65_536}, {65_536, 65_536}, {65_537, 131_072}};
    for (long[] each : cases) {
      SegmentPool.Segment segment = pool.allocate(each[0]);
      assertEquals(each[1], segment.bytes());
      assertEquals(each[1], Files.size(folder.resolve(segment.id() + ".seg")));
    }
    assertThrows(IllegalArgumentException.class, () -> pool.allocate((1L << 30) + 1));
    assertThrows(IllegalArgumentException.class, () -> pool.allocate(-1));
  }

  @Test
  @DisplayName("[BR6] a segment given back is used again; its id never means another file")
  void pooled() {
    SegmentPool pool = new SegmentPool(folder, 1L << 20, 64L << 10);
    int first = pool.allocate(1).id();
    int second = pool.allocate(1).id();
    assertNotEquals(first, second);
    pool.free(first);
    pool.free(second); // beyond what is kept: its file goes
    assertTrue(Files.exists(folder.resolve(first + ".seg")));
    assertFalse(Files.exists(folder.resolve(second + ".seg")));
    assertEquals(first, pool.allocate(1).id());
    assertNotEquals(second, pool.allocate(1).id());
    assertThrows(IllegalArgumentException.class, () -> pool.free(second));
    assertThrows(IllegalArgumentException.class, () -> pool.get(second));
  }

  @Test
  @DisplayName("[BR6] memory is limited; idle segments of other sizes make room")
  void limited() {
    SegmentPool pool = new SegmentPool(folder, 256L << 10, 256L << 10);
    int large = pool.allocate(200_000).id();
    assertThrows(IllegalStateException.class, () -> pool.allocate(1));
    pool.free(large);
    pool.allocate(1);
    assertFalse(Files.exists(folder.resolve(large + ".seg")));
  }

  @Test
  @DisplayName("[BR6] a slice lies within its segment or is refused")
  void slices() {
    SegmentPool.Segment segment = new SegmentPool(folder, 1L << 20, 0).allocate(1);
    assertEquals(0, segment.slice(65_536, 0).remaining());
    long[][] wrong = {{-1, 1}, {0, 65_537}, {65_536, 1}, {1, Long.MAX_VALUE}, {Long.MAX_VALUE, 1}};
    for (long[] each : wrong) {
      assertThrows(IllegalArgumentException.class, () -> segment.slice(each[0], each[1]));
    }
  }

  @Test
  @DisplayName("[BR3] folders of dead agents are removed, those of living ones and others stay")
  void stale() throws IOException {
    Path mine = SegmentFolder.create(folder, 11);
    Path dead = SegmentFolder.create(folder, 22);
    Files.createFile(dead.resolve("1.seg"));
    ControlBlock.create(dead);
    Path other = Files.createDirectory(folder.resolve("multi-user-x"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createFile(outside.resolve("1.seg"));
    Path link = Files.createSymbolicLink(folder.resolve("multi-user-22-link"), outside);
    SegmentFolder.removeStale(folder, pid -> pid == 11);
    assertTrue(Files.exists(mine));
    assertFalse(Files.exists(dead));
    assertTrue(Files.exists(other));
    assertTrue(Files.exists(link));
    assertTrue(Files.exists(outside.resolve("1.seg")));
  }

  @Test
  @DisplayName("[BR3] only this user may enter the segment folder")
  void permissions() throws IOException {
    Path made = SegmentFolder.create(folder, 1);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
  }

  @Test
  @DisplayName("[BR7] counters are little-endian words in the order of the contract")
  void counters() throws IOException {
    ControlBlock control = ControlBlock.create(folder);
    control.raise(ControlBlock.Word.HEART);
    control.raise(ControlBlock.Word.EVENTS);
    control.raise(ControlBlock.Word.EVENTS);
    byte[] bytes = Files.readAllBytes(folder.resolve("control.seg"));
    assertEquals(4096, bytes.length);
    assertEquals(2, bytes[8]);
    assertEquals(1, bytes[32]);
    assertEquals(2, control.read(ControlBlock.Word.EVENTS));
  }
}
