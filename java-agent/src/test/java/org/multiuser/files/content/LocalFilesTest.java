package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.file.Digest;

/** One user's own files, from which chunks are loaded. */
class LocalFilesTest {
  private static final byte[] BEFORE = {1, 2, 3};
  private static final byte[] AFTER = {3, 2, 1};

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
}
