package org.multiuser.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.zip.CRC32C;

/**
 * Reads records of length (4 bytes), CRC-32C (4 bytes) and payload, passing over damaged ones and a
 * torn one at the end, which was being written when its writer died.
 */
public final class RecordReader {
  static final int HEAD_BYTES = 8;
  private static final byte[] NOTHING = new byte[0];

  private final RandomAccessFile file;
  private final int maxBytes;
  private long position;
  private long end;
  private boolean damaged;

  /** A reader from the beginning. */
  RecordReader(RandomAccessFile file) {
    this(file, Integer.MAX_VALUE);
  }

  /**
   * A reader from the beginning of a file that anybody may have made.
   *
   * @param file left open
   * @param maxBytes a record that says to be longer ends the file
   */
  public RecordReader(RandomAccessFile file, int maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  /**
   * The next sound record's payload, empty at the end.
   *
   * @throws IOException if the file cannot be read
   */
  public byte[] next() throws IOException {
    long size = file.length();
    while (size - position >= HEAD_BYTES) {
      file.seek(position);
      int length = file.readInt();
      int sum = file.readInt();
      if (length < 1 || length > Math.min(maxBytes, size - position - HEAD_BYTES)) {
        break; // No telling where the next one begins.
      }
      byte[] payload = new byte[length];
      file.readFully(payload);
      position += HEAD_BYTES + length;
      if (sumOf(payload) == sum) {
        end = position;
        return payload;
      }
      damaged = true;
    }
    damaged |= end < size;
    return NOTHING;
  }

  /** The CRC-32C of a payload. */
  static int sumOf(byte[] payload) {
    CRC32C sum = new CRC32C();
    sum.update(payload, 0, payload.length);
    return (int) sum.getValue();
  }

  /** The last record was sound but says nothing: something was written over it. */
  void skipped() {
    damaged = true;
  }

  /** Where the last sound record ends; what follows may be cut off. */
  long end() {
    return end;
  }

  /** Whether anything was passed over. */
  public boolean isDamaged() {
    return damaged;
  }
}
