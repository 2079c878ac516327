package org.multiuser.files.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/** Reads a file once, from its beginning to its end, and cuts it into chunks (SPEC FI2). */
public final class FileCutter {
  private static final int BUFFER_BYTES = 4 * Cutter.LONGEST;

  private FileCutter() {}

  /** Takes the chunks of a file, one after the other. */
  @FunctionalInterface
  public interface Sink {
    /**
     * One chunk.
     *
     * @param content is used again for the next one
     */
    void take(Manifest.Chunk chunk, ByteBuffer content) throws IOException;
  }

  /**
   * Cuts a file.
   *
   * @param sink gets each chunk
   * @return what the file consisted of when it was read
   * @throws IOException if it cannot be read, or is too large
   */
  public static Manifest cut(Path file, Sink sink) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return cut(in, (int) Math.min(BUFFER_BYTES, Files.size(file) + 1), sink);
    }
  }

  /** The same for a stream. */
  public static Manifest cut(InputStream in, Sink sink) throws IOException {
    return cut(in, BUFFER_BYTES, sink);
  }

  private static Manifest cut(InputStream in, int bytes, Sink sink) throws IOException {
    List<Manifest.Chunk> chunks = new ArrayList<>();
    byte[] buffer = new byte[bytes];
    int from = 0;
    int end = 0;
    long size = 0;
    boolean more = true;
    while (more || from < end) {
      while (more && end - from < Cutter.LONGEST) {
        byte[] rest = buffer;
        buffer = end == 0 ? buffer : full(buffer); // It is longer than it seemed.
        System.arraycopy(rest, from, buffer, 0, end - from);
        end -= from;
        from = 0;
        end += in.readNBytes(buffer, end, buffer.length - end);
        more = end == buffer.length;
      }
      int length = Cutter.length(buffer, from, end);
      if (length > 0) {
        ByteBuffer content = ByteBuffer.wrap(buffer, from, length).slice();
        Manifest.Chunk chunk = new Manifest.Chunk(Digest.ofContent(content), length);
        sink.take(chunk, content);
        chunks.add(chunk);
        from += length;
        size += length;
      }
      if (size > Manifest.LARGEST_FILE) {
        throw new IOException("The file is larger than " + (Manifest.LARGEST_FILE >> 30) + " GB.");
      }
    }
    return ManifestCodec.of(chunks);
  }

  private static byte[] full(byte[] buffer) {
    return buffer.length == BUFFER_BYTES ? buffer : new byte[BUFFER_BYTES];
  }
}
