package org.multiuser.server.storage.backup;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads an archive that somebody says is a backup, and believes nothing of it: only paths that a
 * data folder can have are written, no more bytes than the index says, and only what has the
 * checksum that it says. Used by one thread.
 */
public final class BackupReader implements AutoCloseable {
  private static final String WORK = "restoring";
  private static final Set<String> EMPTY = Set.of("server.lock", "lost+found");
  private static final int BLOCK_BYTES = 1 << 16;

  private final ZipFile zip;
  private final BackupIndex index;

  /**
   * Opens an archive.
   *
   * @throws IOException if it is no backup; says so
   */
  public BackupReader(Path file) throws IOException {
    zip = new ZipFile(file.toFile());
    try {
      index = readIndex();
    } catch (IOException e) {
      zip.close();
      throw e;
    }
  }

  private BackupIndex readIndex() throws IOException {
    ZipEntry entry = zip.getEntry(BackupIndex.NAME);
    if (entry == null) {
      throw new IOException("it is not whole, or no backup of Multi-User; choose another file");
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes((int) BackupIndex.MOST_BYTES);
    }
    BackupIndex read =
        BackupIndex.parse(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    if (zip.size() != read.files().size() + 1) {
      throw new IOException("it holds other files than its list says; choose another backup");
    }
    return read;
  }

  /** What made it, and when. */
  public String made() {
    return index.made();
  }

  /** How many sessions are in it. */
  public long sessions() {
    return index.files().keySet().stream().filter(path -> path.endsWith(".session")).count();
  }

  /** What its files take, in bytes. */
  public long bytes() {
    return index.files().values().stream().mapToLong(BackupIndex.Entry::bytes).sum();
  }

  /**
   * Reads all of it.
   *
   * @throws IOException if something is missing or damaged
   */
  public void verify() throws IOException {
    for (Map.Entry<String, BackupIndex.Entry> file : index.files().entrySet()) {
      copy(file.getKey(), file.getValue(), OutputStream.nullOutputStream());
    }
  }

  /**
   * Writes what is in it into a data folder that the caller has locked. Whatever goes wrong, the
   * folder is as empty as it was.
   *
   * @throws IOException if the folder is not empty, or the archive damaged
   */
  public void restore(Path folder) throws IOException {
    requireEmpty(folder);
    Path work = Files.createDirectory(folder.resolve(WORK));
    try {
      for (Map.Entry<String, BackupIndex.Entry> file : index.files().entrySet()) {
        extract(file.getKey(), file.getValue(), work);
      }
      try (DirectoryStream<Path> all = Files.newDirectoryStream(work)) {
        for (Path top : all) {
          Files.move(top, folder.resolve(top.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } finally {
      removeTree(work);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path there : all) {
        if (!EMPTY.contains(there.getFileName().toString())) {
          throw new IOException(
              "the data folder "
                  + folder
                  + " is not empty ("
                  + there.getFileName()
                  + "); a backup is restored into an empty one: choose another with --data");
        }
      }
    }
  }

  private void extract(String path, BackupIndex.Entry entry, Path work) throws IOException {
    Path target = work.resolve(path).normalize();
    if (!target.startsWith(work)) {
      throw new IOException("it names a path outside of the folder; choose another backup");
    }
    Files.createDirectories(target.getParent());
    if (path.endsWith(".pem")) {
      Files.createFile(target, ownerOnly(work));
    }
    try (OutputStream out = Files.newOutputStream(target)) {
      copy(path, entry, out);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path where) {
    boolean posix = where.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private void copy(String path, BackupIndex.Entry expected, OutputStream out) throws IOException {
    ZipEntry entry = zip.getEntry(path);
    if (entry == null) {
      throw new IOException(path + " is missing in it; choose another backup");
    }
    MessageDigest digest = BackupWriter.sha256();
    long bytes = 0;
    try (InputStream in = zip.getInputStream(entry);
        OutputStream summed = new DigestOutputStream(new Open(out), digest)) {
      byte[] block = new byte[BLOCK_BYTES];
      int read = in.read(block);
      while (read >= 0 && bytes <= expected.bytes()) {
        bytes += read;
        summed.write(block, 0, read);
        read = in.read(block);
      }
    }
    if (bytes != expected.bytes()
        || !HexFormat.of().formatHex(digest.digest()).equals(expected.sha256())) {
      throw new IOException(path + " is damaged in it; choose another backup");
    }
  }

  /** Stays open, for its owner closes it. */
  private static final class Open extends FilterOutputStream {
    Open(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }

  private static void removeTree(Path at) throws IOException {
    if (Files.isDirectory(at)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(at)) {
        for (Path within : all) {
          removeTree(within);
        }
      }
    }
    Files.deleteIfExists(at);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
