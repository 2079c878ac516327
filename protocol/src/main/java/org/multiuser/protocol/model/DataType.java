package org.multiuser.protocol.model;

/** The element type of a buffer (SPEC BU2); the names are NumPy's, little-endian. */
public enum DataType {
  BOOL("b1", 1),
  INT8("i1", 1),
  UINT8("u1", 1),
  INT16("i2", 2),
  UINT16("u2", 2),
  INT32("i4", 4),
  FLOAT32("f4", 4),
  INT64("i8", 8),
  FLOAT64("f8", 8);

  private final String code;
  private final int itemBytes;

  DataType(String code, int itemBytes) {
    this.code = code;
    this.itemBytes = itemBytes;
  }

  /** The name on the wire. */
  public String code() {
    return code;
  }

  /** The size of one element in bytes. */
  public int itemBytes() {
    return itemBytes;
  }

  /**
   * The type with this wire name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DataType of(String code) {
    for (DataType type : values()) {
      if (type.code.equals(code)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown buffer type " + code);
  }
}
