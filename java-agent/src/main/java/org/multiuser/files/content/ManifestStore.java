package org.multiuser.files.content;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What files consist of, in a folder: {@code ab12….manifest}, whose time says when it was used
 * last. Safe for several threads. Where any are forgotten by several processes that use a folder,
 * one that another just used may go: it is fetched again.
 */
public final class ManifestStore {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestStore.class);
  private static final String SUFFIX = ".manifest";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.manifest");

  private final Path folder;
  private final LongSupplier clockMillis;

  /**
   * Opens the store in a folder, which is made if there is none.
   *
   * @param clockMillis since 1970, as files' times are
   * @throws IOException if the folder cannot be made
   */
  public ManifestStore(Path folder, LongSupplier clockMillis) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.clockMillis = clockMillis;
  }

  /**
   * What a file consists of, which counts as used now; empty if that is not known.
   *
   * @throws IOException if the disk does not say
   */
  public Optional<Manifest> use(Digest file) throws IOException {
    return touch(file) ? read(file) : Optional.empty();
  }

  /**
   * Keeps what a file consists of, which counts as used now.
   *
   * @throws IOException if the disk does not take it
   */
  public void put(Manifest manifest) throws IOException {
    Path fresh = Files.createTempFile(folder, "new", ".part");
    try {
      Files.write(fresh, ManifestCodec.encode(manifest));
      Files.setLastModifiedTime(fresh, now());
      synchronized (this) {
        Files.move(
            fresh,
            path(manifest.file()),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Forgets files that nobody needs and that were not used for some time. Those that are needed
   * count as used: a file's time of grace begins when nobody needs it any more.
   *
   * @param sinceMillis what was used at this time or later stays
   * @param left gets each that stays
   * @return how many are forgotten
   * @throws IOException if not all can be read: then it is not known what they consist of
   */
  public int collect(Predicate<Digest> needed, long sinceMillis, Consumer<Manifest> left)
      throws IOException {
    int forgotten = 0;
    for (Digest file : held()) {
      boolean stays = needed.test(file) ? touch(file) : !deleteIfOlder(file, sinceMillis);
      if (stays) {
        read(file).ifPresent(left);
      } else {
        forgotten++;
      }
    }
    return forgotten;
  }

  private List<Digest> held() throws IOException {
    List<Digest> all = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path path : found) {
        String name = path.getFileName().toString();
        if (NAME.matcher(name).matches()) {
          all.add(Digest.parse(name.substring(0, 2 * Digest.BYTES)));
        }
      }
    }
    return all;
  }

  private synchronized boolean touch(Digest file) throws IOException {
    try {
      Files.setLastModifiedTime(path(file), now());
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Looks and deletes in one step, so that nobody uses it in between. */
  private synchronized boolean deleteIfOlder(Digest file, long millis) throws IOException {
    try {
      Path path = path(file);
      boolean isOlder = Files.getLastModifiedTime(path).toMillis() < millis;
      return isOlder && Files.deleteIfExists(path);
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** Empty if there is none, or it is damaged: it is fetched again. Does not count as use. */
  Optional<Manifest> read(Digest file) throws IOException {
    try {
      Manifest manifest = ManifestCodec.decode(Files.readAllBytes(path(file)));
      return manifest.file().equals(file) ? Optional.of(manifest) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (ProtocolException e) {
      LOG.warn("a manifest in {} is damaged: it is fetched again", folder);
      return Optional.empty();
    }
  }

  private FileTime now() {
    return FileTime.fromMillis(clockMillis.getAsLong());
  }

  private Path path(Digest file) {
    return folder.resolve(file.hex() + SUFFIX);
  }
}
