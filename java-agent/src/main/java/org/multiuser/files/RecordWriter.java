package org.multiuser.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a new file of records that a {@link RecordReader} reads: length (4 bytes), CRC-32C (4
 * bytes) and payload. Each is with the system when {@link #write} returns, so killing the process
 * tears the last one at most. One thread at a time.
 */
public final class RecordWriter implements Closeable {
  private final OutputStream out;
  private long bytes;

  /**
   * Makes the file.
   *
   * @throws FileAlreadyExistsException if there is one of this name, which is left as it is
   * @throws IOException if it cannot be made
   */
  public RecordWriter(Path file) throws IOException {
    out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /**
   * Appends a record.
   *
   * @param payload of at least 1 byte
   * @throws IOException if it cannot be written; the file may end with a torn record then
   */
  public void write(byte[] payload) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RecordReader.HEAD_BYTES + payload.length);
    record.putInt(payload.length).putInt(RecordReader.sumOf(payload)).put(payload);
    out.write(record.array());
    bytes += record.capacity();
  }

  /** How many bytes the file has. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
