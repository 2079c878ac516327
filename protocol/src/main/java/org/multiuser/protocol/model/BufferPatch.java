package org.multiuser.protocol.model;

import java.util.Arrays;

/**
 * New contents for some rows of a buffer (SPEC BU5): runs of neighbouring rows, ascending and
 * apart.
 *
 * @param rows how many rows the patched buffer must have
 * @param rowBytes the size of its rows in bytes
 * @param starts the first row of each run
 * @param counts the rows in each run, at least 1
 * @param bytes the rows' contents, run after run
 */
public record BufferPatch(int rows, int rowBytes, int[] starts, int[] counts, byte[] bytes) {
  /**
   * Checks the runs.
   *
   * @throws IllegalArgumentException where they are not ascending, apart, within the rows and
   *     backed by exactly the bytes
   */
  public BufferPatch {
    if (rows < 0 || rowBytes < 1 || starts.length == 0 || starts.length != counts.length) {
      throw new IllegalArgumentException("a patch needs rows of at least one byte and some runs");
    }
    long end = -1;
    long changedRows = 0;
    for (int run = 0; run < starts.length; run++) {
      if (starts[run] <= end || counts[run] < 1 || (long) starts[run] + counts[run] > rows) {
        throw new IllegalArgumentException("the runs of a patch must be ascending and apart");
      }
      end = (long) starts[run] + counts[run];
      changedRows += counts[run];
    }
    if (changedRows * rowBytes != bytes.length) {
      throw new IllegalArgumentException("a patch must bring the bytes of exactly its runs");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BufferPatch that
        && rows == that.rows
        && rowBytes == that.rowBytes
        && Arrays.equals(starts, that.starts)
        && Arrays.equals(counts, that.counts)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + rowBytes) + Arrays.hashCode(starts) + Arrays.hashCode(bytes);
  }
}
