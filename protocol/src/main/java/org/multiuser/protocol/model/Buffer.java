package org.multiuser.protocol.model;

import java.util.Arrays;

/**
 * A typed dense array (SPEC BU1): rows of a fixed number of elements, little-endian, row by row.
 * Immutable: the bytes handed in belong to the buffer from then on.
 *
 * @param type the element type
 * @param rows the number of rows
 * @param columns the elements in a row, at least 1
 * @param bytes rows × columns × item size bytes
 */
public record Buffer(DataType type, int rows, int columns, byte[] bytes) {
  public Buffer {
    if (rows < 0
        || columns < 1
        || (long) columns * type.itemBytes() > Integer.MAX_VALUE
        || (long) columns * type.itemBytes() * rows != bytes.length) {
      throw new IllegalArgumentException(
          "a buffer of "
              + rows
              + " rows of "
              + columns
              + " cannot hold "
              + bytes.length
              + " bytes");
    }
  }

  /** The size of one row in bytes. */
  public int rowBytes() {
    return columns * type.itemBytes();
  }

  /** Whether the other has the same type, rows and columns. */
  public boolean sameShape(Buffer other) {
    return type == other.type && rows == other.rows && columns == other.columns;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Buffer that && sameShape(that) && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * type.hashCode() + rows) + columns) + Arrays.hashCode(bytes);
  }
}
