package org.multiuser.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The segments that Blender and the agent share (BR6): files of a power of two bytes, mapped, kept
 * for reuse. Ids are never used twice for different files. Thread-safe.
 */
public final class SegmentPool {
  /** The size of the smallest segment. */
  public static final long SMALLEST_BYTES = 64L << 10;

  /** The size of the largest segment; a buffer is never larger (SPEC LM2). */
  public static final long LARGEST_BYTES = 1L << 30;

  private static final int FILL_BYTES = 1 << 20;

  private final Path folder;
  private final long totalLimitBytes;
  private final long idleLimitBytes;
  private final Map<Integer, Segment> used = new HashMap<>();
  private final Map<Integer, Deque<Segment>> idle = new HashMap<>();
  private long totalBytes;
  private long idleBytes;
  private int lastId;

  /**
   * A mapped segment.
   *
   * @param memory all of it, little-endian; position and limit are never moved, so take a duplicate
   */
  public record Segment(int id, ByteBuffer memory) {
    /** The size in bytes. */
    public int bytes() {
      return memory.capacity();
    }

    /**
     * A view on a part.
     *
     * @throws IllegalArgumentException if it does not lie within the segment
     */
    public ByteBuffer slice(long offset, long length) {
      if (offset < 0 || length < 0 || offset > bytes() - length) {
        throw new IllegalArgumentException(
            length + " bytes at " + offset + " do not lie within segment " + id);
      }
      return memory.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /**
   * A pool of segments in this folder.
   *
   * @param totalLimitBytes what all segments together may take
   * @param idleLimitBytes what is kept for reuse
   */
  public SegmentPool(Path folder, long totalLimitBytes, long idleLimitBytes) {
    this.folder = folder;
    this.totalLimitBytes = totalLimitBytes;
    this.idleLimitBytes = idleLimitBytes;
  }

  /** The most bytes that one segment can have. */
  public long largestBytes() {
    return Math.min(LARGEST_BYTES, Long.highestOneBit(totalLimitBytes));
  }

  /**
   * Hands out a segment of at least this size.
   *
   * @throws IllegalArgumentException if no segment is that large
   * @throws IllegalStateException if the memory is used up
   */
  public synchronized Segment allocate(long bytes) {
    if (bytes < 0 || bytes > LARGEST_BYTES) {
      throw new IllegalArgumentException("a segment has at most " + LARGEST_BYTES + " bytes");
    }
    long size = Math.max(SMALLEST_BYTES, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
    Deque<Segment> free = idle.get((int) size);
    Segment segment = free == null ? null : free.pollLast();
    if (segment != null) {
      idleBytes -= size;
    } else {
      segment = create(size);
    }
    used.put(segment.id(), segment);
    return segment;
  }

  /**
   * Takes a segment back.
   *
   * @throws IllegalArgumentException if it is not in use
   */
  public synchronized void free(int id) {
    Segment segment = used.remove(id);
    if (segment == null) {
      throw new IllegalArgumentException("segment " + id + " is not in use");
    }
    if (idleBytes + segment.bytes() > idleLimitBytes) {
      delete(segment);
      return;
    }
    idleBytes += segment.bytes();
    idle.computeIfAbsent(segment.bytes(), size -> new ArrayDeque<>()).addLast(segment);
  }

  /**
   * A segment in use.
   *
   * @throws IllegalArgumentException if it is not in use
   */
  public synchronized Segment get(int id) {
    Segment segment = used.get(id);
    if (segment == null) {
      throw new IllegalArgumentException("segment " + id + " is not in use");
    }
    return segment;
  }

  private Segment create(long size) {
    dropIdleFor(size);
    if (totalBytes + size > totalLimitBytes) {
      throw new IllegalStateException(
          "The memory shared with Blender is used up (" + (totalBytes >> 20) + " MiB).");
    }
    int id = ++lastId;
    Path file = folder.resolve(id + ".seg");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      fill(channel, size);
      ByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      totalBytes += size;
      return new Segment(id, memory.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      deleteFile(file);
      throw new IllegalStateException(
          "There is no room for " + (size >> 20) + " MiB in " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes the file instead of only setting its size: a hole that cannot be filled later would kill
   * both processes at the first touch, where a write only fails.
   */
  private static void fill(FileChannel channel, long size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, FILL_BYTES));
    for (long written = 0; written < size; ) {
      zeros.rewind();
      written += channel.write(zeros);
    }
  }

  private void dropIdleFor(long size) {
    for (Deque<Segment> free : idle.values()) {
      while (totalBytes + size > totalLimitBytes && !free.isEmpty()) {
        Segment segment = free.pollFirst();
        idleBytes -= segment.bytes();
        delete(segment);
      }
    }
  }

  private void delete(Segment segment) {
    totalBytes -= segment.bytes();
    deleteFile(folder.resolve(segment.id() + ".seg"));
  }

  private static void deleteFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Windows keeps a file that is still mapped; the folder's removal takes it later.
      file.toFile().deleteOnExit();
    }
  }
}
