package org.multiuser.protocol.codec;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The JDK's compressor in place of zstd, which this module does not know. */
final class DeflateCompressor implements Compressor {
  @Override
  public byte[] compress(byte[] raw) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(raw);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] chunk = new byte[8192];
      while (!deflater.finished()) {
        packed.write(chunk, 0, deflater.deflate(chunk));
      }
      return packed.toByteArray();
    } finally {
      deflater.end();
    }
  }

  @Override
  public byte[] decompress(byte[] packed, int expectedBytes) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] raw = new byte[expectedBytes];
      int length = 0;
      int read;
      while (length < expectedBytes
          && (read = inflater.inflate(raw, length, expectedBytes - length)) > 0) {
        length += read;
      }
      boolean more = inflater.inflate(new byte[1]) > 0;
      if (length != expectedBytes || more || !inflater.finished()) {
        throw new IllegalArgumentException("the packed bytes have another size");
      }
      return raw;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("these are not packed bytes", e);
    } finally {
      inflater.end();
    }
  }
}
