package org.multiuser.files.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.ProtocolException;
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
 * cache/files/ab12…/wood.png       files that were put together, under the name they are used by
 * </pre>
 */
public final class LocalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  private final Path folder;
  private final ChunkStore chunks;

  /** Own files may share chunks: where one changes, another still has them. */
  private final Map<Digest, Set<Place>> places = new ConcurrentHashMap<>();

  /** Where a chunk of an own file stands. */
  private record Place(Path file, long offset, int length) {}

  /**
   * Opens the cache, whose folder is made if there is none.
   *
   * @param quotaBytes how much the cache may hold
   * @throws IOException if the folder cannot be used
   */
  public LocalFiles(Path folder, long quotaBytes) throws IOException {
    this.folder = folder;
    chunks = new ChunkStore(folder.resolve("chunks"), quotaBytes, System::currentTimeMillis);
    Files.createDirectories(folder.resolve("manifests"));
    Files.createDirectories(folder.resolve("files"));
  }

  /**
   * Looks through an own file, whose chunks can be {@linkplain #load loaded} from then on.
   *
   * @throws IOException if it cannot be read
   */
  public Manifest cut(Path file) throws IOException {
    long[] offset = {0};
    return FileCutter.cut(
        file,
        (chunk, content) -> {
          places
              .computeIfAbsent(chunk.digest(), key -> new CopyOnWriteArraySet<>())
              .add(new Place(file, offset[0], chunk.length()));
          offset[0] += chunk.length();
        });
  }

  /** A chunk of an own file, or of the cache; empty if there is none, or it is another by now. */
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
    return Digest.ofContent(content).equals(chunk) ? Optional.of(content) : Optional.empty();
  }

  /**
   * What a file consists of, if the cache knows.
   *
   * @throws IOException if the disk does not give it
   */
  public Optional<Manifest> manifest(Digest file) throws IOException {
    try {
      Manifest manifest = ManifestCodec.decode(Files.readAllBytes(manifestPath(file)));
      return manifest.file().equals(file) ? Optional.of(manifest) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (ProtocolException e) {
      LOG.warn("a manifest in {} is damaged: it is fetched again", folder);
      return Optional.empty();
    }
  }

  /**
   * Keeps what a file consists of.
   *
   * @throws IOException if the disk does not take it
   */
  public void keep(Manifest manifest) throws IOException {
    Path fresh = Files.createTempFile(folder.resolve("manifests"), "new", ".part");
    try {
      Files.write(fresh, ManifestCodec.encode(manifest));
      Files.move(
          fresh,
          manifestPath(manifest.file()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** The chunks of a file that are not in the cache, with their lengths, in their order. */
  public Map<Digest, Integer> missing(Manifest manifest) {
    return FileMaker.missing(manifest, chunks);
  }

  /**
   * Keeps a chunk.
   *
   * @throws IllegalArgumentException if it is not what its name says
   * @throws IOException if the disk or the quota does not take it; says what to do
   */
  public void keep(Digest chunk, byte[] content) throws IOException {
    chunks.put(chunk, ByteBuffer.wrap(content));
  }

  /**
   * The file, put together in the cache unless it is there.
   *
   * @param said what whoever uses it calls it
   * @return where it is, under a name made safe; empty if chunks are missing
   * @throws IOException if the disk does not take it
   */
  public Optional<Path> make(Manifest manifest, String said) throws IOException {
    Path own = folder.resolve("files").resolve(manifest.file().hex());
    Path target = own.resolve(SafeName.of(said));
    if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && Files.size(target) == manifest.size()) {
      return Optional.of(target);
    }
    Files.createDirectories(own);
    return FileMaker.make(manifest, chunks, target) ? Optional.of(target) : Optional.empty();
  }

  /** How much the cache takes on the disk, in bytes. */
  public long bytes() throws IOException {
    long made = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("files"))) {
      for (Path own : files) {
        made += size(own);
      }
    }
    return made + chunks.bytes();
  }

  private static long size(Path own) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private Path manifestPath(Digest file) {
    return folder.resolve("manifests").resolve(file.hex() + ".manifest");
  }
}
