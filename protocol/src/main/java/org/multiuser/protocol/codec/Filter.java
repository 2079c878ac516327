package org.multiuser.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Delta and byte-shuffle of little-endian elements (SPEC BU4): neighbouring rows are alike, so the
 * differences' high bytes become long runs of zeros, which pack well. Pure.
 */
final class Filter {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Filter() {}

  /** The filtered copy of elements of 2, 4 or 8 bytes, so many in a row. */
  static byte[] apply(byte[] raw, int itemBytes, int columns) {
    byte[] out = new byte[raw.length];
    int items = raw.length / itemBytes;
    switch (itemBytes) {
      case 2 -> apply2(raw, out, items, columns);
      case 4 -> apply4(raw, out, items, columns);
      case 8 -> apply8(raw, out, items, columns);
      default -> throw new IllegalArgumentException("elements of " + itemBytes + " bytes");
    }
    return out;
  }

  /** The elements that were filtered. */
  static byte[] undo(byte[] filtered, int itemBytes, int columns) {
    byte[] out = new byte[filtered.length];
    int items = filtered.length / itemBytes;
    switch (itemBytes) {
      case 2 -> undo2(filtered, out, items, columns);
      case 4 -> undo4(filtered, out, items, columns);
      case 8 -> undo8(filtered, out, items, columns);
      default -> throw new IllegalArgumentException("elements of " + itemBytes + " bytes");
    }
    return out;
  }

  private static void apply2(byte[] raw, byte[] out, int items, int columns) {
    for (int i = 0; i < items; i++) {
      int above = i < columns ? 0 : (short) SHORTS.get(raw, 2 * (i - columns));
      int delta = (short) SHORTS.get(raw, 2 * i) - above;
      out[i] = (byte) delta;
      out[items + i] = (byte) (delta >> 8);
    }
  }

  private static void undo2(byte[] in, byte[] out, int items, int columns) {
    for (int i = 0; i < items; i++) {
      int above = i < columns ? 0 : (short) SHORTS.get(out, 2 * (i - columns));
      int delta = (in[i] & 0xff) | (in[items + i] << 8);
      SHORTS.set(out, 2 * i, (short) (above + delta));
    }
  }

  private static void apply4(byte[] raw, byte[] out, int items, int columns) {
    for (int i = 0; i < items; i++) {
      int above = i < columns ? 0 : (int) INTS.get(raw, 4 * (i - columns));
      int delta = (int) INTS.get(raw, 4 * i) - above;
      out[i] = (byte) delta;
      out[items + i] = (byte) (delta >> 8);
      out[2 * items + i] = (byte) (delta >> 16);
      out[3 * items + i] = (byte) (delta >> 24);
    }
  }

  private static void undo4(byte[] in, byte[] out, int items, int columns) {
    for (int i = 0; i < items; i++) {
      int above = i < columns ? 0 : (int) INTS.get(out, 4 * (i - columns));
      int delta =
          (in[i] & 0xff)
              | (in[items + i] & 0xff) << 8
              | (in[2 * items + i] & 0xff) << 16
              | in[3 * items + i] << 24;
      INTS.set(out, 4 * i, above + delta);
    }
  }

  private static void apply8(byte[] raw, byte[] out, int items, int columns) {
    for (int i = 0; i < items; i++) {
      long above = i < columns ? 0 : (long) LONGS.get(raw, 8 * (i - columns));
      long delta = (long) LONGS.get(raw, 8 * i) - above;
      for (int plane = 0; plane < 8; plane++) {
        out[plane * items + i] = (byte) (delta >> (8 * plane));
      }
    }
  }

  private static void undo8(byte[] in, byte[] out, int items, int columns) {
    for (int i = 0; i < items; i++) {
      long above = i < columns ? 0 : (long) LONGS.get(out, 8 * (i - columns));
      long delta = 0;
      for (int plane = 0; plane < 8; plane++) {
        delta |= (in[plane * items + i] & 0xffL) << (8 * plane);
      }
      LONGS.set(out, 8 * i, above + delta);
    }
  }
}
