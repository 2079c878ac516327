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
