package org.multiuser.files.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/** Puts a file together from its chunks. */
public final class FileMaker {
  private FileMaker() {}

  /** The chunks of a file that a store does not have, with their lengths, in their order. */
  public static Map<Digest, Integer> missing(Manifest manifest, ChunkStore store) {
    Map<Digest, Integer> missing = new LinkedHashMap<>();
    for (Manifest.Chunk chunk : manifest.chunks()) {
      if (!store.has(chunk.digest())) {
        missing.put(chunk.digest(), chunk.length());
      }
    }
    return missing;
  }

  /**
   * As {@link #missing}, and those that are there count as used now, so that they stay although
   * nobody refers to them yet.
   *
   * @throws IOException if the disk does not take it
   */
  public static Map<Digest, Integer> use(Manifest manifest, ChunkStore store) throws IOException {
    Map<Digest, Integer> missing = new LinkedHashMap<>();
    for (Manifest.Chunk chunk : manifest.chunks()) {
      if (!store.touch(chunk.digest())) {
        missing.put(chunk.digest(), chunk.length());
      }
    }
    return missing;
  }

  /** Whether the chunks that a store has are as long as the manifest says. */
  public static boolean fits(Manifest manifest, ChunkStore store) {
    return manifest.chunks().stream()
        .allMatch(chunk -> !store.has(chunk.digest()) || store.fits(chunk));
  }

  /**
   * Makes the file; it appears whole or not at all.
   *
   * @param target where; what is there is replaced, and a symbolic link is not followed
   * @return whether it could be made: false if a chunk is not there (any more)
   * @throws IOException if the disk does not take it
   */
  public static boolean make(Manifest manifest, ChunkStore store, Path target) throws IOException {
    Path fresh = Files.createTempFile(target.toAbsolutePath().getParent(), ".made", ".part");
    try {
      if (!write(manifest, store, fresh)) {
        return false;
      }
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static boolean write(Manifest manifest, ChunkStore store, Path path) throws IOException {
    try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (Manifest.Chunk chunk : manifest.chunks()) {
        Optional<byte[]> content = store.get(chunk.digest());
        if (content.isEmpty() || content.get().length != chunk.length()) {
          return false;
        }
        ByteBuffer rest = ByteBuffer.wrap(content.get());
        while (rest.hasRemaining()) {
          out.write(rest);
        }
      }
    }
    return true;
  }
}
