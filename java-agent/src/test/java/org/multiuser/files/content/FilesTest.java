package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/** Files cut into chunks and put together again. */
class FilesTest {
  @TempDir Path folder;
  private ChunkStore store;

  @BeforeEach
  void open() throws IOException {
    store = new ChunkStore(folder.resolve("chunks"), 1L << 30, System::currentTimeMillis);
  }

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Manifest keep(byte[] content) throws IOException {
    return FileCutter.cut(
        new ByteArrayInputStream(content), (chunk, bytes) -> store.put(chunk.digest(), bytes));
  }

  @Test
  @DisplayName("[FI1, FI3] files of all lengths come back byte for byte")
  void lengths() throws IOException {
    for (int size :
        new int[] {0, 1, 65_536, 65_537, Cutter.LONGEST, 4 * Cutter.LONGEST, 9_999_999}) {
      byte[] content = content(size);
      Path file = Files.write(folder.resolve("file"), content);
      Manifest manifest = FileCutter.cut(file, (chunk, bytes) -> store.put(chunk.digest(), bytes));
      assertEquals(size, manifest.size());
      assertEquals(Digest.ofContent(ManifestCodec.encode(manifest)), manifest.file());
      Path made = folder.resolve("made-" + size);
      assertTrue(FileMaker.make(manifest, store, made));
      assertArrayEquals(content, Files.readAllBytes(made));
    }
  }

  @Test
  @DisplayName("[FI2] cutting a stream is cutting it whole, however it is read")
  void inPieces() throws IOException {
    byte[] content = content(20 << 20);
    Manifest manifest = keep(content);
    int from = 0;
    for (Manifest.Chunk chunk : manifest.chunks()) {
      assertEquals(Cutter.length(content, from, content.length), chunk.length());
      from += chunk.length();
    }
    assertEquals(content.length, from);
  }

  @Test
  @DisplayName(
      "[FI2] of a file with 1 % changed little is new; the same under another name nothing")
  void changed() throws IOException {
    byte[] content = content(50 << 20);
    keep(content);
    long before = store.bytes();
    keep(content);
    assertEquals(before, store.bytes());
    Random random = new Random(7);
    byte[] block = new byte[(50 << 20) / 100];
    random.nextBytes(block);
    System.arraycopy(block, 0, content, 20_000_000, block.length);
    keep(content);
    long fresh = store.bytes() - before;
    assertTrue(fresh < 4L * block.length, fresh + " bytes are new");
  }

  @Test
  @DisplayName(
      "a file of which a chunk is missing or damaged is not made, and what was there stays")
  void missing() throws IOException {
    byte[] content = content(3 << 20);
    Manifest manifest = keep(content);
    Path target = Files.writeString(folder.resolve("target"), "before");
    Digest victim = manifest.chunks().get(2).digest();
    Path chunk =
        folder
            .resolve("chunks")
            .resolve(victim.hex().substring(0, 2))
            .resolve(victim.hex() + ".chunk");
    byte[] good = Files.readAllBytes(chunk);
    Files.write(chunk, new byte[good.length]);
    assertFalse(FileMaker.make(manifest, store, target));
    assertEquals(List.of(victim), List.copyOf(FileMaker.missing(manifest, store).keySet()));
    assertEquals("before", Files.readString(target));
    store.put(victim, ByteBuffer.wrap(good));
    assertTrue(FileMaker.make(manifest, store, target));
    assertArrayEquals(content, Files.readAllBytes(target));
    try (var left = Files.list(folder)) {
      assertEquals(2, left.count(), "nothing half made is left beside the chunks and the file");
    }
  }

  @Test
  @DisplayName("a symbolic link at the target is replaced, not followed")
  void link() throws IOException {
    Manifest manifest = keep(content(1000));
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "untouched");
    Path target = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    assertTrue(FileMaker.make(manifest, store, target));
    assertEquals("untouched", Files.readString(elsewhere));
    assertFalse(Files.isSymbolicLink(target));
  }
}
