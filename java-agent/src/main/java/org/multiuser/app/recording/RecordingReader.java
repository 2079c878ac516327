package org.multiuser.app.recording;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import org.multiuser.files.RecordReader;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.server.room.SafeText;

/**
 * Reads a recording record by record, trusting nothing of it. What was cut off or damaged ends it:
 * all that stands before can be used. One thread.
 */
final class RecordingReader implements Closeable {
  /** An entry or a node at its largest (SPEC LM2), and what stands around it. */
  private static final int MOST_BYTES = Limits.THING_BYTES + 1024;

  private final RandomAccessFile file;
  private final RecordReader records;
  private final RecordedCodec codec;
  private final Recorded.Header header;
  private boolean over;

  /**
   * Opens a recording.
   *
   * @throws RecordingException if it is none that can be read here
   * @throws IOException if the file cannot be read
   */
  RecordingReader(Path path, RecordedCodec codec) throws IOException, RecordingException {
    this.codec = codec;
    file = new RandomAccessFile(path.toFile(), "r");
    try {
      records = new RecordReader(file, MOST_BYTES);
      byte[] first = records.next();
      header = RecordedCodec.header(records.isDamaged() ? new byte[0] : first);
    } catch (IOException | RecordingException e) {
      file.close();
      throw e;
    }
  }

  /** What the file says it is. */
  Recorded.Header header() {
    return header;
  }

  /**
   * The next record; empty at the end.
   *
   * @throws RecordingException if it is whole and still none: nobody's recorder wrote it
   * @throws IOException if the file cannot be read
   */
  Optional<Recorded> next() throws IOException, RecordingException {
    byte[] payload = over ? new byte[0] : records.next();
    over |= payload.length == 0 || records.isDamaged();
    if (over) {
      return Optional.empty();
    }
    try {
      return Optional.of(codec.decode(payload));
    } catch (ProtocolException e) {
      throw new RecordingException(
          "A record in it cannot be understood ("
              + SafeText.shown(e.getMessage())
              + "); record anew.",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
