package org.multiuser.files.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a file on the disk has a content whose manifest is known. Its size is looked at first,
 * then it is read chunk by chunk up to the first that is another one, and only so much of it at a
 * time that others need not wait. Slow, as disks are; used by one thread.
 */
public final class ContentCheck {
  /** How much is read in one step, in bytes: some milliseconds' work. */
  private static final long STEP_BYTES = 8L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ContentCheck.class);

  private final Path file;
  private final Manifest manifest;
  private final Optional<Stamp> stamp;
  private int at;
  private long offset;

  /** What is known of the file. */
  public enum Answer {
    /** Nothing speaks against it as yet. */
    MORE,
    /** It has the content. */
    SAME,
    /** It has another one, or cannot be read. */
    OTHER
  }

  /** A check of which nothing was read yet. */
  public ContentCheck(Path file, Manifest manifest) {
    this.file = file;
    this.manifest = manifest;
    stamp = Stamp.of(file).filter(it -> it.bytes() == manifest.size());
  }

  /** Whether a file has this content; reads all of it where it has. */
  public static boolean is(Path file, Manifest manifest) {
    ContentCheck check = new ContentCheck(file, manifest);
    Answer answer = check.step();
    while (answer == Answer.MORE) {
      answer = check.step();
    }
    return answer == Answer.SAME;
  }

  /** Goes on with the check; not to be called any more after another answer than MORE. */
  public Answer step() {
    if (stamp.isEmpty() || !readOn()) {
      return Answer.OTHER;
    }
    if (at < manifest.chunks().size()) {
      return Answer.MORE;
    }
    return Stamp.of(file).equals(stamp) ? Answer.SAME : Answer.OTHER;
  }

  /** Whether the next chunks are the manifest's. */
  private boolean readOn() {
    long end = offset + STEP_BYTES;
    try (SeekableByteChannel in =
        Files.newByteChannel(file, StandardOpenOption.READ).position(offset)) {
      while (at < manifest.chunks().size() && offset < end) {
        Manifest.Chunk chunk = manifest.chunks().get(at);
        if (!isNext(in, chunk)) {
          return false;
        }
        at++;
        offset += chunk.length();
      }
      return true;
    } catch (IOException | SecurityException e) {
      LOG.info("{} cannot be read: {}", file, e.toString());
      return false;
    }
  }

  private static boolean isNext(SeekableByteChannel in, Manifest.Chunk chunk) throws IOException {
    byte[] content = new byte[chunk.length()];
    ByteBuffer rest = ByteBuffer.wrap(content);
    for (int read = 0; rest.hasRemaining() && read >= 0; ) {
      read = in.read(rest);
    }
    return !rest.hasRemaining() && Digest.ofContent(content).equals(chunk.digest());
  }
}
