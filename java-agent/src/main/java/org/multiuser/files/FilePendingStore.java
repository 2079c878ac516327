package org.multiuser.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
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
 * encoded commit, or one byte 2 and a settled counter (8 bytes). Records are written before {@link
 * #append} returns but not forced to the disk: killing the agent loses nothing, a power cut may
 * lose the last seconds, as it does of the unsaved scene. A torn last record is cut off. When
 * everything is settled the file is emptied.
 */
public final class FilePendingStore implements PendingStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FilePendingStore.class);
  private static final byte COMMIT = 1;
  private static final byte SETTLED = 2;
  private static final int HEAD_BYTES = 8;

  private final CommitCodec codec = new CommitCodec(BulkCodec.raw());
  private final Path path;
  private final RandomAccessFile file;
  private final Set<Long> kept = new HashSet<>();

  /**
   * Opens or makes the file.
   *
   * @throws UncheckedIOException if the folder cannot be written
   */
  public FilePendingStore(Path folder) {
    try {
      Files.createDirectories(folder);
      path = folder.resolve("pending.log");
      file = new RandomAccessFile(path.toFile(), "rw");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep pending edits in " + folder, e);
    }
  }

  /** The commits that are not settled, in order of their counters; once, before anything else. */
  public List<Commit> load() {
    TreeMap<Long, Commit> commits = new TreeMap<>();
    try {
      long end = 0;
      file.seek(0);
      for (byte[] record = read(); record.length > 0; record = read()) {
        end = file.getFilePointer();
        if (record[0] == COMMIT) {
          Commit commit = codec.decode(Arrays.copyOfRange(record, 1, record.length));
          commits.put(commit.counter(), commit);
        } else {
          commits.remove(ByteBuffer.wrap(record, 1, Long.BYTES).getLong());
        }
      }
      file.setLength(end);
      file.seek(end);
    } catch (IOException | ProtocolException e) {
      LOG.error("the pending edits in {} cannot be read; starting without them", path, e);
      setAside(new UUID(0, 0));
      return List.of();
    }
    kept.addAll(commits.keySet());
    return new ArrayList<>(commits.values());
  }

  @Override
  public void append(Commit commit) {
    byte[] encoded = codec.encode(commit);
    byte[] record = new byte[HEAD_BYTES + 1 + encoded.length];
    record[HEAD_BYTES] = COMMIT;
    System.arraycopy(encoded, 0, record, HEAD_BYTES + 1, encoded.length);
    write(record);
    kept.add(commit.counter());
  }

  @Override
  public void settle(long counter) {
    if (!kept.remove(counter)) {
      return;
    }
    if (kept.isEmpty()) {
      empty();
    } else {
      byte[] record = new byte[HEAD_BYTES + 1 + Long.BYTES];
      record[HEAD_BYTES] = SETTLED;
      ByteBuffer.wrap(record).putLong(HEAD_BYTES + 1, counter);
      write(record);
    }
  }

  @Override
  public void setAside(UUID incarnation) {
    try {
      Path copy = path.resolveSibling("pending-" + incarnation + ".aside");
      Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn("edits that were never sent are kept in {}", copy);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a copy of " + path, e);
    }
    kept.clear();
    empty();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES);
    ByteBuffer.wrap(bytes).putInt(bytes.length - HEAD_BYTES).putInt((int) sum.getValue());
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a pending edit in " + path, e);
    }
  }

  /** The next whole record's payload; empty at the end or at a torn one. */
  private byte[] read() throws IOException {
    try {
      int length = file.readInt();
      int sum = file.readInt();
      if (length < 1 || length > file.length() - file.getFilePointer()) {
        return new byte[0];
      }
      byte[] payload = new byte[length];
      file.readFully(payload);
      CRC32C check = new CRC32C();
      check.update(payload, 0, length);
      return (int) check.getValue() == sum ? payload : new byte[0];
    } catch (EOFException e) {
      return new byte[0]; // Nothing more, or torn in the head.
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
