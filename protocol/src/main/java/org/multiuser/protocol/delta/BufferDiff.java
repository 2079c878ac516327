package org.multiuser.protocol.delta;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;

/**
 * The step that leads from one buffer to another. Equal stretches are passed over at about the
 * speed of a memory copy. Runs are never merged across an unchanged row: that row may be another
 * artist's edit at this moment. Pure; the bytes handed in are only read.
 */
public final class BufferDiff {
  /** A patch may be this part of the whole buffer; beyond it the compressed whole is as good. */
  private static final int LARGEST_PATCH_PART = 4;

  private static final int RUN_BYTES = 4;

  private final ByteBuffer old;
  private final ByteBuffer now;
  private final int rows;
  private final int rowBytes;
  private int[] starts = new int[16];
  private int[] counts = new int[16];
  private int runs;
  private int changedRows;

  private BufferDiff(ByteBuffer old, ByteBuffer now, int rows, int rowBytes) {
    this.old = old;
    this.now = now;
    this.rows = rows;
    this.rowBytes = rowBytes;
  }

  /**
   * The step from {@code old} to the bytes of {@code now}: none if they are equal, a patch where
   * the shape is the same and few rows changed, else a replacement with a copy of the bytes.
   *
   * @param name the buffer's name
   * @param old what it was, or null if there was none
   * @param now rows × columns elements between position and limit, little-endian, such as a view on
   *     shared memory; neither its position nor its contents are changed
   * @throws IllegalArgumentException if {@code now} does not hold exactly so many bytes
   */
  public static Optional<Operation> between(
      String name, Buffer old, ByteBuffer now, DataType type, int rows, int columns) {
    long bytes = (long) rows * columns * type.itemBytes();
    if (rows < 0 || columns < 1 || now.remaining() != bytes) {
      throw new IllegalArgumentException(
          "buffer " + name + " should have " + bytes + " bytes, has " + now.remaining());
    }
    boolean sameShape =
        old != null && old.type() == type && old.rows() == rows && old.columns() == columns;
    if (sameShape) {
      BufferDiff diff =
          new BufferDiff(ByteBuffer.wrap(old.bytes()), now.slice(), rows, old.rowBytes());
      if (diff.findRuns()) {
        return diff.runs == 0
            ? Optional.empty()
            : Optional.of(new Operation.PatchBuffer(name, diff.patch()));
      }
    }
    byte[] copy = new byte[now.remaining()];
    now.duplicate().get(copy);
    return Optional.of(new Operation.ReplaceBuffer(name, new Buffer(type, rows, columns, copy)));
  }

  /** The steps that lead from the buffers of one node to those of another. */
  public static List<Operation> between(Node old, Node now) {
    List<Operation> steps = new ArrayList<>();
    for (String name : old.buffers().keySet()) {
      if (!now.buffers().containsKey(name)) {
        steps.add(new Operation.RemoveBuffer(name));
      }
    }
    now.buffers()
        .forEach(
            (name, buffer) -> {
              Buffer before = old.buffers().get(name);
              if (before == null || before.bytes() != buffer.bytes()) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer.bytes());
                between(name, before, bytes, buffer.type(), buffer.rows(), buffer.columns())
                    .ifPresent(steps::add);
              }
            });
    return steps;
  }

  /** Finds the changed runs; false as soon as there are too many for a patch to pay. */
  private boolean findRuns() {
    long budget = (long) rows * rowBytes / LARGEST_PATCH_PART + 64;
    long mostRows = budget / rowBytes + 1;
    int row = 0;
    while (row < rows) {
      int at = row * rowBytes;
      int mismatch = old.position(at).mismatch(now.position(at));
      if (mismatch < 0) {
        return true;
      }
      int start = (at + mismatch) / rowBytes;
      int end = start + 1;
      while (end < rows && end - start < mostRows && differs(end)) {
        end++;
      }
      add(start, end - start);
      if ((long) changedRows * rowBytes + (long) runs * RUN_BYTES > budget) {
        return false;
      }
      row = end + 1;
    }
    return true;
  }

  private boolean differs(int row) {
    int at = row * rowBytes;
    int end = at + rowBytes;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      if (old.getLong(at) != now.getLong(at)) {
        return true;
      }
    }
    for (; at < end; at++) {
      if (old.get(at) != now.get(at)) {
        return true;
      }
    }
    return false;
  }

  private void add(int start, int count) {
    if (runs == starts.length) {
      starts = Arrays.copyOf(starts, runs * 2);
      counts = Arrays.copyOf(counts, runs * 2);
    }
    starts[runs] = start;
    counts[runs++] = count;
    changedRows += count;
  }

  private BufferPatch patch() {
    byte[] bytes = new byte[changedRows * rowBytes];
    int to = 0;
    for (int run = 0; run < runs; run++) {
      int length = counts[run] * rowBytes;
      now.get(starts[run] * rowBytes, bytes, to, length);
      to += length;
    }
    return new BufferPatch(
        rows, rowBytes, Arrays.copyOf(starts, runs), Arrays.copyOf(counts, runs), bytes);
  }
}
