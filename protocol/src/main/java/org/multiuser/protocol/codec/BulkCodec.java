package org.multiuser.protocol.codec;

import java.io.IOException;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;

/** The bytes of buffers and patches (SPEC BU3–BU6). Stateless; safe for several threads. */
public final class BulkCodec {
  private static final int RAW = 0;
  private static final int FILTERED = 1;
  private static final int PACKED = 2;

  /** Below this many bytes packing cannot pay. */
  private static final int SMALLEST_PACKED_BYTES = 64;

  /** More than this cannot come out of a byte of zstd (SPEC BU6). */
  private static final int LARGEST_EXPANSION = 1 << 15;

  private static final int EXPANSION_ALLOWANCE_BYTES = 1 << 17;

  private final Compressor compressor;

  /** A codec that packs with this compressor. */
  public BulkCodec(Compressor compressor) {
    this.compressor = compressor;
  }

  /** A codec that writes every payload raw, as content hashes need it, and reads only such. */
  public static BulkCodec raw() {
    return new BulkCodec(null);
  }

  /** Writes a buffer (SPEC BU3). */
  public void write(MsgWriter out, Buffer buffer) throws IOException {
    byte[] raw = buffer.bytes();
    int itemBytes = buffer.type().itemBytes();
    byte[] packed = null;
    if (pays(raw)) {
      packed =
          compressor.compress(
              itemBytes == 1 ? raw : Filter.apply(raw, itemBytes, buffer.columns()));
    }
    out.array(5).text(buffer.type().code()).integer(buffer.rows()).integer(buffer.columns());
    writePayload(out, raw, packed, FILTERED);
  }

  /** Reads a buffer (SPEC BU3). */
  public Buffer readBuffer(MsgReader in) throws IOException {
    in.array(5);
    DataType type = DataType.of(in.text(2));
    int rows = in.below(Integer.MAX_VALUE);
    int columns = in.below(Integer.MAX_VALUE);
    int form = in.below(2);
    long bytes = size(in, rows, (long) columns * type.itemBytes());
    byte[] payload = payload(in, form, bytes);
    if (form == FILTERED && type.itemBytes() > 1) {
      payload = Filter.undo(payload, type.itemBytes(), columns);
    }
    return new Buffer(type, rows, columns, payload);
  }

  /** Writes a patch (SPEC BU5). */
  public void write(MsgWriter out, BufferPatch patch) throws IOException {
    byte[] raw = patch.bytes();
    byte[] packed = pays(raw) ? compressor.compress(raw) : null;
    out.array(5).integer(patch.rows()).integer(patch.rowBytes());
    out.array(2 * patch.starts().length);
    int end = 0;
    for (int run = 0; run < patch.starts().length; run++) {
      out.integer(patch.starts()[run] - end).integer(patch.counts()[run]);
      end = patch.starts()[run] + patch.counts()[run];
    }
    writePayload(out, raw, packed, PACKED);
  }

  /** Reads a patch (SPEC BU5). */
  public BufferPatch readPatch(MsgReader in) throws IOException {
    in.array(5);
    int rows = in.below(Integer.MAX_VALUE);
    int rowBytes = in.below(Integer.MAX_VALUE);
    int runs = in.array();
    if (runs % 2 != 0) {
      throw ProtocolException.bad("a run of a patch has no count");
    }
    int[] starts = new int[runs / 2];
    int[] counts = new int[runs / 2];
    long changedRows = readRuns(in, rows, starts, counts);
    int form = in.below(3);
    if (form == FILTERED) {
      throw ProtocolException.bad("a patch cannot be filtered");
    }
    byte[] payload = payload(in, form, size(in, changedRows, rowBytes));
    return new BufferPatch(rows, rowBytes, starts, counts, payload);
  }

  private static long readRuns(MsgReader in, int rows, int[] starts, int[] counts)
      throws IOException {
    long end = 0;
    long changedRows = 0;
    for (int run = 0; run < starts.length; run++) {
      int gap = in.below(Integer.MAX_VALUE);
      counts[run] = in.below(Integer.MAX_VALUE);
      if (end + gap + counts[run] > rows) {
        throw ProtocolException.bad("a patch goes beyond its rows");
      }
      starts[run] = (int) (end + gap);
      end += gap + counts[run];
      changedRows += counts[run];
    }
    return changedRows;
  }

  private boolean pays(byte[] raw) {
    return compressor != null && raw.length >= SMALLEST_PACKED_BYTES;
  }

  private static void writePayload(MsgWriter out, byte[] raw, byte[] packed, int packedForm)
      throws IOException {
    boolean smaller = packed != null && packed.length < raw.length;
    out.integer(smaller ? packedForm : RAW).binary(smaller ? packed : raw);
  }

  private static int size(MsgReader in, long rows, long rowBytes) {
    if (rowBytes > Limits.THING_BYTES || rows * rowBytes > Limits.THING_BYTES) {
      throw ProtocolException.tooLarge("a buffer has more than " + Limits.THING_BYTES + " bytes");
    }
    in.countRaw(rows * rowBytes);
    return (int) (rows * rowBytes);
  }

  private byte[] payload(MsgReader in, int form, long bytes) throws IOException {
    byte[] payload = in.binary();
    if (form == RAW) {
      if (payload.length != bytes) {
        throw ProtocolException.bad("a payload has " + payload.length + " bytes, not " + bytes);
      }
      return payload;
    }
    if (bytes > (long) payload.length * LARGEST_EXPANSION + EXPANSION_ALLOWANCE_BYTES) {
      throw ProtocolException.bad("a payload cannot unpack to its declared size");
    }
    if (compressor == null) {
      throw ProtocolException.bad("a packed payload cannot stand here");
    }
    return compressor.decompress(payload, (int) bytes);
  }
}
