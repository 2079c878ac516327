package org.multiuser.files.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks in a folder, each in a file that is named by its digest: {@code ab/ab12….chunk}. A chunk
 * appears whole or not at all, and what is read is what was put in: a damaged one counts as not
 * there, so that it is fetched again. Safe for several threads; a folder belongs to one process.
 *
 * <p>Writes are not synced one by one: after the loss of power a chunk may be torn, which its
 * digest tells, and whoever needs it fetches it again.
 */
public final class ChunkStore {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);
  private static final String SUFFIX = ".chunk";
  private static final String UNFINISHED = ".part";
  private static final long BLOCK_BYTES = 4096;
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.chunk");

  private final Path folder;
  private final long quotaBytes;
  private final LongSupplier clockMillis;
  private final Map<Digest, Integer> sizes = new HashMap<>();
  private final AtomicLong unfinished = new AtomicLong();
  private long bytes;

  /**
   * Opens the store in a folder, which is made if there is none, and looks through it.
   *
   * @param quotaBytes how much it may hold
   * @param clockMillis since 1970, as files' times are
   * @throws IOException if the folder cannot be made or read
   */
  public ChunkStore(Path folder, long quotaBytes, LongSupplier clockMillis) throws IOException {
    this.folder = folder;
    this.quotaBytes = quotaBytes;
    this.clockMillis = clockMillis;
    Files.createDirectories(folder);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "[0-9a-f][0-9a-f]")) {
      for (Path sub : found) {
        if (Files.isDirectory(sub, LinkOption.NOFOLLOW_LINKS)) {
          look(sub);
        }
      }
    }
  }

  private void look(Path sub) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(sub)) {
      for (Path path : found) {
        String name = path.getFileName().toString();
        if (name.endsWith(UNFINISHED)) {
          Files.deleteIfExists(path);
        } else if (NAME.matcher(name).matches()
            && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          long size = Files.size(path);
          if (size > 0 && size <= Cutter.LONGEST) {
            sizes.put(Digest.parse(name.substring(0, 64)), (int) size);
            bytes += footprint(size);
          }
        }
      }
    }
  }

  /** Whether the chunk is there, as far as is known without reading it. */
  public synchronized boolean has(Digest digest) {
    return sizes.containsKey(digest);
  }

  /** Whether the chunk is there in this length, as far as is known without reading it. */
  public synchronized boolean fits(Manifest.Chunk chunk) {
    Integer size = sizes.get(chunk.digest());
    return size != null && size == chunk.length();
  }

  /** How much it takes, in bytes: of each chunk at least what a disk gives it. */
  public synchronized long bytes() {
    return bytes;
  }

  /** How many chunks it holds. */
  public synchronized int count() {
    return sizes.size();
  }

  /**
   * Keeps a chunk, which counts as used now.
   *
   * @param content between position and limit, which are left where they are
   * @return whether it was not there before
   * @throws IllegalArgumentException if the content is another one than its name says
   * @throws StoreFullException if it would go beyond the quota
   * @throws IOException if the disk does not take it; nothing is left of it then
   */
  public boolean put(Digest digest, ByteBuffer content) throws IOException {
    int size = content.remaining();
    if (size == 0 || size > Cutter.LONGEST || !Digest.ofContent(content).equals(digest)) {
      throw new IllegalArgumentException("a chunk is not what its name says");
    }
    if (touch(digest)) {
      return false;
    }
    synchronized (this) {
      if (bytes + footprint(size) > quotaBytes) {
        throw new StoreFullException(folder, quotaBytes);
      }
    }
    write(path(digest), content.duplicate());
    synchronized (this) {
      if (sizes.put(digest, size) == null) {
        bytes += footprint(size);
      }
    }
    return true;
  }

  private void write(Path path, ByteBuffer content) throws IOException {
    Files.createDirectories(path.getParent());
    Path fresh =
        path.resolveSibling(path.getFileName() + "." + unfinished.incrementAndGet() + UNFINISHED);
    try {
      try (FileChannel out =
          FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        while (content.hasRemaining()) {
          out.write(content);
        }
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * The chunk's content; empty if there is none. A damaged one is thrown away and counts as none.
   *
   * @throws IOException if the disk does not give it
   */
  public Optional<byte[]> get(Digest digest) throws IOException {
    Integer size;
    synchronized (this) {
      size = sizes.get(digest);
    }
    if (size == null) {
      return Optional.empty();
    }
    byte[] content = new byte[size];
    try (SeekableByteChannel in =
        Files.newByteChannel(path(digest), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      int read = 0;
      while (rest.hasRemaining() && read >= 0) {
        read = in.read(rest);
      }
      if (in.size() == size && Digest.ofContent(content).equals(digest)) {
        return Optional.of(content);
      }
    } catch (NoSuchFileException e) {
      LOG.warn("a chunk is gone from {}: it is fetched again", folder);
      forget(digest);
      return Optional.empty();
    }
    LOG.warn("a chunk in {} is damaged: it is fetched again", folder);
    delete(digest);
    return Optional.empty();
  }

  /** Says that the chunk is used now; false if there is none. */
  public boolean touch(Digest digest) throws IOException {
    if (!has(digest)) {
      return false;
    }
    try {
      Files.setLastModifiedTime(path(digest), FileTime.fromMillis(clockMillis.getAsLong()));
      return true;
    } catch (NoSuchFileException e) {
      forget(digest);
      return false;
    }
  }

  /**
   * Deletes chunks that nothing refers to and that were not used for some time.
   *
   * @param needed whether something refers to a chunk
   * @param graceMillis how long one is kept after it was used last: somebody may be about to refer
   *     to it
   * @return how many bytes that made free
   */
  public long collect(Predicate<Digest> needed, long graceMillis) throws IOException {
    long before = clockMillis.getAsLong() - graceMillis;
    long freed = 0;
    for (Map.Entry<Digest, Integer> entry : held().entrySet()) {
      Digest digest = entry.getKey();
      if (!needed.test(digest) && isOlder(digest, before)) {
        delete(digest);
        freed += footprint(entry.getValue());
      }
    }
    return freed;
  }

  private boolean isOlder(Digest digest, long millis) throws IOException {
    try {
      return Files.getLastModifiedTime(path(digest)).toMillis() < millis;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private synchronized Map<Digest, Integer> held() {
    return Map.copyOf(sizes);
  }

  private void delete(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
    forget(digest);
  }

  private synchronized void forget(Digest digest) {
    Integer size = sizes.remove(digest);
    if (size != null) {
      bytes -= footprint(size);
    }
  }

  private static long footprint(long size) {
    return Math.max(BLOCK_BYTES, size);
  }

  private Path path(Digest digest) {
    String name = digest.hex();
    return folder.resolve(name.substring(0, 2)).resolve(name + SUFFIX);
  }
}
