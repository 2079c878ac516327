package org.multiuser.files.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's files: those of their own, which stay where they are and are read from there, and the
 * cache of what came from sessions. Slow, as disks and hashing are; safe for several threads.
 *
 * <pre>
 * cache/chunks/ab/ab12….chunk      what came
 * cache/manifests/ab12….manifest   what files consist of
 * cache/views/4f5e…/wood.png       copies made of them, under the names they are used by
 * </pre>
 *
 * Several processes may use one cache. A view belongs to whoever uses it, and may be written over:
 * it is no source of anything.
 */
public final class LocalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  /** How long views and manifests are kept that nobody uses. */
  private static final Duration KEPT = Duration.ofDays(90);

  /** How full the cache is left when room was made, in percent of what it may hold. */
  private static final int LEFT_PERCENT = 90;

  private final Path folder;
  private final long quotaBytes;
  private final ChunkStore chunks;
  private final ManifestStore manifests;

  /** Held by whoever makes room in the cache. */
  private final Object room = new Object();

  /** Own files may share chunks: where one changes, another still has them. */
  private final Map<Digest, Set<Place>> places = new ConcurrentHashMap<>();

  /**
   * What own files were when they were looked through last; who holds it changes {@link #places}.
   */
  private final Map<Path, Manifest> own = new HashMap<>();

  /** Where a chunk of an own file stands; the file's stamp when it was looked through, or null. */
  private record Place(Path file, Stamp stamp, long offset, int length) {
    /** Whether the file seems to be what it was: then nobody need hash it again. */
    private boolean isUntouched() {
      return stamp != null && Stamp.of(file).filter(stamp::equals).isPresent();
    }
  }

  /**
   * Opens the cache, whose folder is made if there is none.
   *
   * @param quotaBytes how much the cache may hold
   * @throws IOException if the folder cannot be used
   */
  public LocalFiles(Path folder, long quotaBytes) throws IOException {
    this.folder = folder;
    this.quotaBytes = quotaBytes;
    chunks = new ChunkStore(folder.resolve("chunks"), quotaBytes, System::currentTimeMillis);
    manifests = new ManifestStore(folder.resolve("manifests"), System::currentTimeMillis);
    Files.createDirectories(folder.resolve("views"));
  }

  /**
   * The folder for what is made of files that belong together.
   *
   * @param key a name that is safe already
   */
  public Path view(String key) {
    return folder.resolve("views").resolve(key);
  }

  /**
   * Looks through an own file, whose chunks can be {@linkplain #load loaded} from then on.
   *
   * @throws IOException if it cannot be read
   */
  public Manifest cut(Path file) throws IOException {
    Map<Digest, Place> now = new HashMap<>();
    Stamp stamp = Stamp.of(file).orElse(null);
    long[] offset = {0};
    Manifest manifest =
        FileCutter.cut(
            file,
            (chunk, content) -> {
              now.putIfAbsent(chunk.digest(), new Place(file, stamp, offset[0], chunk.length()));
              offset[0] += chunk.length();
            });
    synchronized (own) {
      now.forEach(
          (chunk, place) ->
              places.computeIfAbsent(chunk, key -> new CopyOnWriteArraySet<>()).add(place));
      Manifest before = own.put(file, manifest);
      if (before != null) {
        before.chunks().forEach(chunk -> drop(file, chunk.digest(), now.get(chunk.digest())));
      }
    }
    return manifest;
  }

  /** A chunk is not at the place any more where the file had it before; {@code now} may be null. */
  private void drop(Path file, Digest chunk, Place now) {
    Set<Place> known = places.get(chunk);
    if (known != null) {
      known.removeIf(place -> place.file().equals(file) && !place.equals(now));
      if (known.isEmpty()) {
        places.remove(chunk);
      }
    }
  }

  /**
   * A chunk of an own file, or of the cache; empty if there is none, or it is another by now. Of a
   * file that shows no sign of a change it is not hashed: whoever gets it does so anyway.
   */
  public Optional<byte[]> load(Digest chunk) {
    for (Place place : places.getOrDefault(chunk, Set.of())) {
      Optional<byte[]> content = read(place, chunk);
      if (content.isPresent()) {
        return content;
      }
    }
    try {
      return chunks.get(chunk);
    } catch (IOException e) {
      LOG.warn("a chunk of the cache cannot be read: {}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<byte[]> read(Place place, Digest chunk) {
    byte[] content = new byte[place.length()];
    try (SeekableByteChannel in =
        Files.newByteChannel(place.file(), StandardOpenOption.READ).position(place.offset())) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      for (int read = 0; rest.hasRemaining() && read >= 0; ) {
        read = in.read(rest);
      }
    } catch (IOException e) {
      LOG.info("a chunk of {} cannot be read: {}", place.file(), e.toString());
      return Optional.empty();
    }
    boolean isSame = place.isUntouched() || Digest.ofContent(content).equals(chunk);
    return isSame ? Optional.of(content) : Optional.empty();
  }

  /**
   * What a file consists of, if the cache knows.
   *
   * @throws IOException if the disk does not give it
   */
  public Optional<Manifest> manifest(Digest file) throws IOException {
    return manifests.use(file);
  }

  /** What a file consists of, if the cache knows and can be read. */
  public Optional<Manifest> known(Digest file) {
    try {
      return manifests.use(file);
    } catch (IOException e) {
      LOG.warn("the cache of files cannot be read: {}", e.toString());
      return Optional.empty();
    }
  }

  /**
   * Keeps what a file consists of.
   *
   * @throws IOException if the disk does not take it
   */
  public void keep(Manifest manifest) throws IOException {
    manifests.put(manifest);
  }

  /**
   * The chunks of a file that are not in the cache, with their lengths, in their order. The others
   * count as used now.
   *
   * @throws IOException if the disk does not say
   */
  public Map<Digest, Integer> missing(Manifest manifest) throws IOException {
    Map<Digest, Integer> missing = new LinkedHashMap<>();
    for (Manifest.Chunk chunk : manifest.chunks()) {
      if (!chunks.touch(chunk.digest())) {
        missing.put(chunk.digest(), chunk.length());
      }
    }
    return missing;
  }

  /**
   * Keeps a chunk; throws away what was not used for long where the cache is full.
   *
   * @param needed says which chunks are not to be thrown away
   * @throws IllegalArgumentException if it is not what its name says
   * @throws IOException if the disk or the quota does not take it; says what to do
   */
  public void keep(Digest chunk, byte[] content, Supplier<Set<Digest>> needed) throws IOException {
    boolean isKept = false;
    while (!isKept) {
      try {
        chunks.put(chunk, ByteBuffer.wrap(content));
        isKept = true;
      } catch (StoreFullException e) {
        LOG.info("{}", e.getMessage());
        if (!makeRoom(ChunkStore.footprint(content.length), needed)) {
          throw e;
        }
      }
    }
  }

  /**
   * Makes room for this much. Other threads may take it before it is used: then it is made again.
   *
   * @return false if what is needed leaves none
   */
  private boolean makeRoom(long bytes, Supplier<Set<Digest>> needed) throws IOException {
    long mostBytes = quotaBytes - bytes;
    long leftBytes = Math.min(quotaBytes / 100 * LEFT_PERCENT, mostBytes);
    synchronized (room) {
      return chunks.evict(needed.get(), leftBytes) <= mostBytes;
    }
  }

  /**
   * The file, put together unless it is there and has the right content.
   *
   * @param target where; its folder is made if there is none
   * @return whether it is there: false if chunks are missing
   * @throws IOException if the disk does not take it
   */
  public boolean make(Manifest manifest, Path target) throws IOException {
    if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && ContentCheck.is(target, manifest)) {
      return true;
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    return FileMaker.make(manifest, chunks, target);
  }

  /** Says that a view is used now, so that nobody removes it; nothing if there is none. */
  public void use(String key) {
    try {
      Files.setLastModifiedTime(view(key), FileTime.fromMillis(System.currentTimeMillis()));
    } catch (NoSuchFileException e) {
      LOG.debug("a view that is to be made is used");
    } catch (IOException e) {
      LOG.warn("the cache of files cannot be written to: {}", e.toString());
    }
  }

  /**
   * Removes views and manifests that nobody used for long; takes long itself. Chunks go where room
   * is needed.
   */
  public void removeOld(Instant now) {
    Instant before = now.minus(KEPT);
    try {
      int views = OldViews.remove(folder.resolve("views"), before);
      int forgotten = manifests.collect(file -> false, before.toEpochMilli(), left -> {});
      LOG.info("{} views and {} manifests of long ago were removed", views, forgotten);
    } catch (IOException e) {
      LOG.warn("what is old in the cache of files is not removed: {}", e.toString());
    }
  }

  /** How much the cache takes on the disk, in bytes; looks through all views. */
  public long bytes() throws IOException {
    long made = 0;
    try (Stream<Path> all = Files.walk(folder.resolve("views"))) {
      for (Path path : (Iterable<Path>) all::iterator) {
        made += Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
      }
    }
    return made + chunks.bytes();
  }
}
