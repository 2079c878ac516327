package org.multiuser.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.repository.PendingStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pending commits in one file of the agent's state folder. Used on the agent's thread.
 *
 * <p>The file is a list of records: length (4 bytes), CRC-32C (4 bytes), then one byte 1 and an
 * encoded commit, or one byte 2 and a settled counter (8 bytes), or one byte 3, the counter under
 * which a commit waited (8 bytes) and the commit as it goes out. Records are written before {@link
 * #append} returns but not forced to the disk: killing the agent loses nothing, a power cut may
 * lose the last seconds, as it does of the unsaved scene. Damaged records are passed over and a
 * torn last one is cut off; a copy of the file is put aside then. When everything is settled the
 * file is emptied. A lock keeps a second agent out of the folder.
 */
public final class FilePendingStore implements PendingStore, AutoCloseable {
  static final String NAME = "pending.log";

  private static final Logger LOG = LoggerFactory.getLogger(FilePendingStore.class);
  private static final byte COMMIT = 1;
  private static final byte SETTLED = 2;
  private static final byte RELEASED = 3;
  private static final int HEAD_BYTES = 8;

  private final CommitCodec codec = new CommitCodec(BulkCodec.raw());
  private final Path path;
  private final RandomAccessFile file;
  private final FolderLock lock;
  private final Set<Long> kept = new HashSet<>();

  /**
   * Opens or makes the file.
   *
   * @throws UncheckedIOException if the folder cannot be written, or another agent uses it
   */
  public FilePendingStore(Path folder) {
    path = folder.resolve(NAME);
    FolderLock taken = null;
    try {
      Files.createDirectories(folder);
      taken = FolderLock.take(folder);
      file = new RandomAccessFile(path.toFile(), "rw");
    } catch (IOException e) {
      if (taken != null) {
        taken.close();
      }
      throw new UncheckedIOException(
          "cannot keep pending edits in " + folder + ": " + e.getMessage(), e);
    }
    lock = taken;
  }

  /**
   * Takes in the records of another agent's file, before anything else.
   *
   * @throws IOException if one of the two files cannot be used; this one is then as it was
   */
  void takeIn(Path other) throws IOException {
    byte[] records = Files.readAllBytes(other);
    long start = file.length();
    try {
      file.seek(start);
      file.write(records);
      file.seek(0);
    } catch (IOException e) {
      cutBack(start, e);
      throw e;
    }
  }

  /** The commits that are not settled, in order of their counters; once, before anything else. */
  public List<Commit> load() {
    TreeMap<Long, Commit> commits = new TreeMap<>();
    try {
      RecordReader records = new RecordReader(file);
      for (byte[] record = records.next(); record.length > 0; record = records.next()) {
        if (!take(record, commits)) {
          records.skipped();
        }
      }
      if (records.isDamaged()) {
        LOG.error("{} is torn or damaged; {} edits could be read", path, commits.size());
        copyAside("damaged-" + Instant.now().toEpochMilli());
      }
      file.setLength(records.end());
      file.seek(records.end());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the pending edits in " + path, e);
    }
    kept.addAll(commits.keySet());
    return new ArrayList<>(commits.values());
  }

  /** Whether it was a record that means something. */
  private boolean take(byte[] record, Map<Long, Commit> commits) {
    if (record[0] == SETTLED && record.length == 1 + Long.BYTES) {
      commits.remove(ByteBuffer.wrap(record, 1, Long.BYTES).getLong());
      return true;
    }
    boolean isReleased = record[0] == RELEASED && record.length > 1 + Long.BYTES;
    int start = isReleased ? 1 + Long.BYTES : 1;
    try {
      Commit commit = codec.decode(Arrays.copyOfRange(record, start, record.length));
      if (isReleased) {
        commits.remove(ByteBuffer.wrap(record, 1, Long.BYTES).getLong());
      }
      commits.put(commit.counter(), commit);
      return isReleased || record[0] == COMMIT;
    } catch (ProtocolException e) {
      LOG.error("an edit in {} cannot be understood: {}", path, e.getMessage());
      return false;
    }
  }

  @Override
  public void append(Commit commit) {
    write(COMMIT, codec.encode(commit));
    kept.add(commit.counter());
  }

  @Override
  public void release(long waited, Commit commit) {
    write(RELEASED, bytes(waited), codec.encode(commit));
    kept.remove(waited);
    kept.add(commit.counter());
  }

  private static byte[] bytes(long counter) {
    return ByteBuffer.wrap(new byte[Long.BYTES]).putLong(counter).array();
  }

  @Override
  public void settle(long counter) {
    if (!kept.remove(counter)) {
      return;
    }
    if (kept.isEmpty()) {
      empty();
    } else {
      try {
        write(SETTLED, bytes(counter));
      } catch (UncheckedIOException e) {
        // It may be pushed once more by the next agent, which the server passes over (SPEC CM4).
        LOG.warn("{}", e.getMessage(), e);
      }
    }
  }

  @Override
  public void setAside(UUID incarnation) {
    try {
      copyAside(incarnation.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a copy of " + path, e);
    }
    kept.clear();
    empty();
  }

  private void copyAside(String name) throws IOException {
    Path copy = path.resolveSibling("pending-" + name + ".aside");
    Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
    LOG.warn("edits that were never sent are kept in {}", copy);
  }

  @Override
  public void close() {
    try {
      file.close();
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(byte kind, byte[]... parts) {
    int length = 1 + Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] bytes = new byte[HEAD_BYTES + length];
    ByteBuffer record = ByteBuffer.wrap(bytes).position(HEAD_BYTES).put(kind);
    for (byte[] part : parts) {
      record.put(part);
    }
    CRC32C sum = new CRC32C();
    sum.update(bytes, HEAD_BYTES, length);
    record.rewind().putInt(length).putInt((int) sum.getValue());
    long start = -1;
    try {
      start = file.getFilePointer();
      file.write(bytes);
    } catch (IOException e) {
      cutBack(start, e);
      throw new UncheckedIOException("cannot keep a pending edit in " + path, e);
    }
  }

  /** What was half written must not stand before the next record. */
  private void cutBack(long start, IOException cause) {
    try {
      if (start >= 0) {
        file.setLength(start);
        file.seek(start);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void empty() {
    try {
      file.setLength(0);
      file.seek(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + path, e);
    }
  }
}
