package org.multiuser.files;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.repository.Held;
import org.multiuser.repository.HeldStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of what Blender holds, in one file of the agent's state folder. {@link #keep} may be
 * called by any thread and only notes; a thread of its own works out what changed and appends it
 * (see {@link HeldRecords}), the latest of each node. Killing the agent loses what was noted in the
 * last moment; then the next one takes a little for the artist's edit that is in truth a
 * teammate's, and finds the session to hold it already. A torn or damaged end is ignored.
 *
 * <p>Without the journal the hand-over still works, but compares with the session alone; so a full
 * disk ends the journal, and nothing else.
 */
public final class FileHeldStore implements HeldStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileHeldStore.class);
  private static final int CLOSE_MILLIS = 500;

  private final Path path;
  private final long slackBytes;
  private final HeldRecords records;
  private final Thread writer;
  private final Map<UUID, Held> waiting = new LinkedHashMap<>();
  private boolean writing;
  private boolean cleared;
  private boolean closing;

  // Only the writer's, from its start on.
  private RandomAccessFile file;
  private long compactBytes;
  private boolean given;

  /**
   * Opens or makes the journal.
   *
   * @param folder the state folder, of one join of one Blender
   * @param slackBytes how much the file may hold besides twice what it would compacted
   */
  public FileHeldStore(Path folder, BulkCodec bulk, long slackBytes) {
    this.slackBytes = slackBytes;
    path = folder.resolve("held.log");
    records = new HeldRecords(bulk);
    long end = load();
    try {
      Files.createDirectories(folder);
      file = new RandomAccessFile(path.toFile(), "rw");
      file.setLength(end);
      file.seek(end);
      if (end == 0) {
        file.write(HeldRecords.form());
      }
      compactBytes = end;
    } catch (IOException e) {
      giveUp(e);
    }
    writer = new Thread(this::write, "held-writer");
    writer.setDaemon(true);
  }

  /** What is known, and begins to keep; once, before anything else. */
  public Map<UUID, Held> start() {
    Map<UUID, Held> known = new HashMap<>(records.known());
    writer.start();
    return known;
  }

  @Override
  public synchronized void keep(UUID id, Held now) {
    waiting.put(id, now);
    notifyAll();
  }

  /** Forgets everything: the artist has left, or joins anew. */
  public synchronized void clear() {
    waiting.clear();
    cleared = true;
    notifyAll();
  }

  /** Waits until everything told so far is written. */
  synchronized void flush() throws InterruptedException {
    while (writing || cleared || !waiting.isEmpty()) {
      wait();
    }
  }

  /** Ends in order: Blender is gone, and nobody needs the journal any more. */
  @Override
  public void close() {
    clear();
    if (writer.getState() == Thread.State.NEW) {
      delete();
      return;
    }
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // --- the writer ---

  private void write() {
    Map<UUID, Held> work = new LinkedHashMap<>();
    while (next(work)) {
      work.forEach(this::append);
      work.clear();
      compactIfLong();
    }
    delete();
  }

  /** Waits for work; false at the end. */
  private synchronized boolean next(Map<UUID, Held> work) {
    writing = false;
    notifyAll();
    try {
      while (waiting.isEmpty() && !cleared && !closing) {
        wait();
      }
    } catch (InterruptedException e) {
      return false;
    }
    writing = true;
    if (cleared) {
      cleared = false;
      empty();
    }
    work.putAll(waiting);
    waiting.clear();
    return !(closing && work.isEmpty());
  }

  private void append(UUID id, Held now) {
    if (given) {
      return;
    }
    try {
      for (byte[] record : records(id, now)) {
        file.write(record);
      }
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private List<byte[]> records(UUID id, Held now) {
    try {
      return records.to(id, now);
    } catch (ProtocolException e) {
      LOG.warn("what Blender holds of {} is not kept: {}", id, e.getMessage());
      return List.of(HeldRecords.gone(id));
    }
  }

  private void empty() {
    if (given) {
      return;
    }
    try {
      records.known().clear();
      file.setLength(0);
      file.seek(0);
      file.write(HeldRecords.form());
      compactBytes = 0;
    } catch (IOException e) {
      giveUp(e);
    }
  }

  /** Writes the file anew when most of it is history; at the cost of what it then holds. */
  private void compactIfLong() {
    try {
      if (given || file.length() < 2 * compactBytes + slackBytes) {
        return;
      }
      Path fresh = path.resolveSibling("held.log.new");
      HeldRecords all = new HeldRecords(records);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16)) {
        out.write(HeldRecords.form());
        for (Map.Entry<UUID, Held> entry : records.known().entrySet()) {
          for (byte[] record : all.to(entry.getKey(), entry.getValue())) {
            out.write(record);
          }
        }
      }
      file.close();
      Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      file = new RandomAccessFile(path.toFile(), "rw");
      compactBytes = file.length();
      file.seek(compactBytes);
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private void giveUp(IOException e) {
    LOG.warn("what Blender holds is not kept in {} any more", path, e);
    given = true;
    records.known().clear();
    delete(); // A journal that lags behind is worse than none.
  }

  private void delete() {
    try {
      if (file != null) {
        file.close();
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("cannot delete {}", path, e);
    }
  }

  // --- reading ---

  /** Reads what there is; returns where the whole records end. */
  private long load() {
    if (!Files.exists(path)) {
      return 0;
    }
    long end = 0;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
      long left = Files.size(path);
      byte[] payload = record(in, left);
      if (payload.length == 0 || !HeldRecords.isForm(payload)) {
        return 0;
      }
      while (payload.length > 0) {
        if (end > 0) {
          records.read(payload);
        }
        end += HeldRecords.HEAD_BYTES + payload.length;
        payload = record(in, left - end);
      }
    } catch (IOException | ProtocolException | IllegalArgumentException e) {
      LOG.warn("the journal {} is damaged; what stands before is used", path, e);
    }
    return end;
  }

  /** The next whole record's payload; empty at the end or at a torn or damaged one. */
  private static byte[] record(DataInputStream in, long leftBytes) throws IOException {
    try {
      int length = in.readInt();
      int sum = in.readInt();
      if (length < 1 || length > leftBytes - HeldRecords.HEAD_BYTES) {
        return new byte[0];
      }
      byte[] payload = new byte[length];
      in.readFully(payload);
      return HeldRecords.isWhole(payload, sum) ? payload : new byte[0];
    } catch (EOFException e) {
      return new byte[0];
    }
  }
}
