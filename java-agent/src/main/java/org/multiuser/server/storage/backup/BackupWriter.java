package org.multiuser.server.storage.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.multiuser.server.room.StoreException;

/**
 * Makes one archive of a data folder, also while a server works in it. First each session's edits
 * are copied as of one moment; then come its files, of which there may be more than those edits
 * name, and never less: a file is kept before an edit can need it, and stays for hours when none
 * does any more. A file that is thrown away meanwhile was not needed. Used by one thread.
 */
public final class BackupWriter implements AutoCloseable {
  /** No name that anybody gives to a backup: what is left of this one is removed. */
  private static final String WORK = ".multi-user-copies-";

  private static final String COPY = ".session";

  /** What has to stay free for those who go on editing. */
  private static final long MARGIN_BYTES = 128L << 20;

  private final Path folder;
  private final Path work;
  private final Map<String, Path> copies = new LinkedHashMap<>();
  private final Map<String, BackupIndex.Entry> written = new LinkedHashMap<>();

  /** How a session's edits are copied. */
  public interface Copier {
    /**
     * Copies.
     *
     * @param copy an empty file
     * @throws StoreException if it cannot be read or written
     */
    void copy(String session, Path copy) throws StoreException;
  }

  /**
   * A writer for this data folder. What another one left there that was killed is removed.
   *
   * @throws IOException if the folder cannot be written to
   */
  public BackupWriter(Path folder) throws IOException {
    this.folder = folder;
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, WORK + "*")) {
      for (Path old : left) {
        if (Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS)) {
          remove(old);
        }
      }
    }
    work = Files.createTempDirectory(folder, WORK);
  }

  /**
   * Copies the sessions' edits; to be called once, before {@link #write}.
   *
   * @throws StoreException if a session cannot be copied
   * @throws IOException if the disk does not take the copies, or they would leave too little of it
   *     to the running sessions
   */
  public void copy(List<String> sessions, Copier copier) throws StoreException, IOException {
    long wanted = MARGIN_BYTES;
    for (String session : sessions) {
      wanted += folder.resolve(session + COPY).toFile().length();
      wanted += folder.resolve(session + COPY + "-wal").toFile().length();
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < wanted) {
      throw new IOException(
          "the disk of %s has %,d MB free, and a backup needs %,d there for a while; make room"
              .formatted(folder, free >> 20, wanted >> 20));
    }
    for (String session : sessions) {
      Path copy = Files.createFile(work.resolve(session + COPY));
      copier.copy(session, copy);
      copies.put(session, copy);
    }
  }

  /**
   * Writes the archive.
   *
   * @param out not closed
   * @param made what makes it, and when: one line
   * @throws IOException if something cannot be read or written
   */
  public void write(OutputStream out, String made) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.BEST_SPEED);
    for (Map.Entry<String, Path> copy : copies.entrySet()) {
      add(zip, copy.getKey() + COPY, copy.getValue());
      Files.delete(copy.getValue());
      String files = copy.getKey() + ".files";
      addAll(zip, files + "/manifests"); // Before the chunks: each is kept after all of its chunks.
      for (Path sub : list(folder.resolve(files).resolve("chunks"))) {
        addAll(zip, files + "/chunks/" + sub.getFileName());
      }
    }
    add(zip, "server-certificate.pem", folder.resolve("server-certificate.pem"));
    zip.putNextEntry(new ZipEntry(BackupIndex.NAME));
    zip.write(new BackupIndex(made, written).text().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    zip.finish();
  }

  private void addAll(ZipOutputStream zip, String path) throws IOException {
    for (Path file : list(folder.resolve(path))) {
      add(zip, path + "/" + file.getFileName(), file);
    }
  }

  private static List<Path> list(Path within) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(within, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(within)) {
        all.forEach(found::add);
      }
    }
    return found;
  }

  private void add(ZipOutputStream zip, String path, Path file) throws IOException {
    if (!BackupIndex.isPath(path) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return; // Not a server's, as what is half written.
    }
    try (InputStream in = Files.newInputStream(file)) {
      zip.putNextEntry(new ZipEntry(path));
      MessageDigest digest = sha256();
      long bytes = in.transferTo(new DigestOutputStream(zip, digest));
      zip.closeEntry();
      written.put(path, new BackupIndex.Entry(HexFormat.of().formatHex(digest.digest()), bytes));
    } catch (NoSuchFileException e) {
      return; // Thrown away since it was listed, for nothing needs it.
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void remove(Path old) throws IOException {
    for (Path file : list(old)) {
      if (file.getFileName().toString().contains(COPY)) { // SQLite's journals of it, too
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(old);
  }

  @Override
  public void close() throws IOException {
    remove(work);
  }
}
