package org.multiuser.protocol.file;

import java.util.List;

/**
 * What a file consists of (SPEC FI3): its chunks in order. {@code ManifestCodec} makes it.
 *
 * @param file its name: the digest of what {@code chunks} are encoded as (SPEC FI1)
 * @param chunks none for an empty file
 */
public record Manifest(Digest file, List<Chunk> chunks) {
  /** The largest file in bytes (SPEC FI4). */
  public static final long LARGEST_FILE = 64L << 30;

  /** The most chunks of a file: those of the largest one, all as short as can be. */
  public static final int MOST_CHUNKS = (1 << 20) + 1;

  /**
   * A part of a file.
   *
   * @param length in bytes, above 0
   */
  public record Chunk(Digest digest, int length) {
    public Chunk {
      if (length <= 0 || length > Cutter.LONGEST) {
        throw new IllegalArgumentException("a chunk has 1 to " + Cutter.LONGEST + " bytes");
      }
    }
  }

  public Manifest {
    chunks = List.copyOf(chunks);
    if (chunks.size() > MOST_CHUNKS) {
      throw new IllegalArgumentException("a file has at most " + MOST_CHUNKS + " chunks");
    }
    if (size(chunks) > LARGEST_FILE) {
      throw new IllegalArgumentException("a file has at most " + LARGEST_FILE + " bytes");
    }
    if (chunks.size() - 1 > size(chunks) / Cutter.SHORTEST) {
      throw new IllegalArgumentException("no file is cut into so many chunks");
    }
  }

  /** The file's length in bytes. */
  public long size() {
    return size(chunks);
  }

  private static long size(List<Chunk> chunks) {
    return chunks.stream().mapToLong(Chunk::length).sum();
  }
}
