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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
 * there, so that it is fetched again. Safe for several threads. Several processes may use a folder:
 * each counts what it found and put there itself, and looks again before it makes room.
 *
 * <p>Writes are not synced one by one: after the loss of power a chunk may be torn, which its
 * digest tells, and whoever needs it fetches it again.
 */
public final class ChunkStore {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);
  private static final String SUFFIX = ".chunk";
  private static final String UNFINISHED = ".part";
  private static final long BLOCK_BYTES = 4096;

  /** After so long nobody writes an unfinished one any more; until then another process may. */
  private static final long UNFINISHED_MILLIS = 24L * 3600 * 1000;

  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.chunk");

  private final Path folder;
  private final long quotaBytes;
  private final LongSupplier clockMillis;
  private final Map<Digest, Integer> sizes = new HashMap<>();
  private final String process = UUID.randomUUID().toString();
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
    look();
  }

  /** Finds what is in the folder; what is known stays so. */
  private void look() throws IOException {
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
          removeOld(path);
        } else if (NAME.matcher(name).matches()
            && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          found(Digest.parse(name.substring(0, 64)), path);
        }
      }
    }
  }

  /** Another process may have thrown it away meanwhile. */
  private void found(Digest digest, Path path) throws IOException {
    try {
      long size = Files.size(path);
      if (size > 0 && size <= Cutter.LONGEST) {
        remember(digest, (int) size);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("a chunk went while {} was looked through", folder);
    }
  }

  private synchronized void remember(Digest digest, int size) {
    if (sizes.putIfAbsent(digest, size) == null) {
      bytes += footprint(size);
    }
  }

  private void removeOld(Path path) throws IOException {
    try {
      long millis = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis();
      if (millis < clockMillis.getAsLong() - UNFINISHED_MILLIS) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("an unfinished chunk is finished by now in {}", folder);
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
    remember(digest, size);
    return true;
  }

  private void write(Path path, ByteBuffer content) throws IOException {
    Path fresh =
        path.resolveSibling(
            path.getFileName() + "." + process + "-" + unfinished.incrementAndGet() + UNFINISHED);
    try {
      try (FileChannel out = create(fresh)) {
        while (content.hasRemaining()) {
          out.write(content);
        }
      }
      Files.setLastModifiedTime(fresh, now()); // The kernel's own time may lie before the clock's.
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }

  /** Most have a folder already: it is made where it turns out to be missing. */
  private static FileChannel create(Path path) throws IOException {
    try {
      return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      Files.createDirectories(path.getParent());
      return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
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
      LOG.info("a chunk is gone from {}: it is fetched again", folder);
      forget(digest);
      return Optional.empty();
    }
    LOG.warn("a chunk in {} is damaged: it is fetched again", folder);
    delete(digest);
    return Optional.empty();
  }

  /** Says that the chunk is used now; false if there is none. */
  public synchronized boolean touch(Digest digest) throws IOException {
    if (!has(digest)) {
      return false;
    }
    try {
      Files.setLastModifiedTime(path(digest), now());
      return true;
    } catch (NoSuchFileException e) {
      forget(digest);
      return false;
    }
  }

  /**
   * Deletes chunks that nothing refers to and that were not used for some time. Others may use the
   * store meanwhile: who puts or touches a chunk has it from then on, if {@code sinceMillis} is no
   * later than when it was found out what is needed.
   *
   * @param needed whether something refers to a chunk
   * @param sinceMillis what was used at this time or later stays: somebody may be about to refer to
   *     it
   * @return how many bytes that made free
   */
  public long collect(Predicate<Digest> needed, long sinceMillis) throws IOException {
    long freed = 0;
    for (Map.Entry<Digest, Integer> entry : held().entrySet()) {
      Digest digest = entry.getKey();
      if (!needed.test(digest) && deleteIfOlder(digest, sinceMillis)) {
        freed += footprint(entry.getValue());
      }
    }
    return freed;
  }

  /**
   * Makes room: deletes the chunks that were used least recently, those of other processes too.
   *
   * @param needed which are not to be deleted
   * @param leftBytes how much may be left
   * @return how much those take that are not to be deleted, in bytes
   * @throws IOException if the disk does not give or take it
   */
  public long evict(Set<Digest> needed, long leftBytes) throws IOException {
    look();
    long neededBytes = 0;
    List<Aged> oldest = new ArrayList<>();
    for (Map.Entry<Digest, Integer> entry : held().entrySet()) {
      if (needed.contains(entry.getKey())) {
        neededBytes += footprint(entry.getValue());
      } else {
        aged(entry.getKey()).ifPresent(oldest::add);
      }
    }
    Collections.sort(oldest);
    for (Aged chunk : oldest) {
      if (bytes() <= leftBytes) {
        break;
      }
      delete(chunk.digest());
    }
    return neededBytes;
  }

  /** A chunk by when it was used last, the oldest first. */
  private record Aged(FileTime used, Digest digest) implements Comparable<Aged> {
    @Override
    public int compareTo(Aged other) {
      return used.compareTo(other.used);
    }
  }

  private Optional<Aged> aged(Digest digest) throws IOException {
    try {
      return Optional.of(new Aged(Files.getLastModifiedTime(path(digest)), digest));
    } catch (NoSuchFileException e) {
      forget(digest);
      return Optional.empty();
    }
  }

  /** Looks and deletes in one step: else one could be touched, and so counted on, in between. */
  private synchronized boolean deleteIfOlder(Digest digest, long millis) throws IOException {
    if (!isOlder(digest, millis)) {
      return false;
    }
    delete(digest);
    return true;
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

  private synchronized void delete(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
    forget(digest);
  }

  private synchronized void forget(Digest digest) {
    Integer size = sizes.remove(digest);
    if (size != null) {
      bytes -= footprint(size);
    }
  }

  /** How much of the quota a chunk takes, in bytes. */
  static long footprint(long size) {
    return Math.max(BLOCK_BYTES, size);
  }

  private FileTime now() {
    return FileTime.fromMillis(clockMillis.getAsLong());
  }

  private Path path(Digest digest) {
    String name = digest.hex();
    return folder.resolve(name.substring(0, 2)).resolve(name + SUFFIX);
  }
}
