package org.multiuser.app.operations;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.SafeText;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.FolderLock;
import org.multiuser.server.storage.SqliteStore;
import org.multiuser.server.storage.SqliteStores;
import org.multiuser.server.storage.backup.BackupReader;
import org.multiuser.server.storage.backup.BackupWriter;

/**
 * {@code serve --backup} and {@code --restore}. A running server is asked for its backup; where
 * none runs, the folder is read.
 */
public final class BackupCommand {
  private static final int CONNECT_MILLIS = 5_000;

  private final Path folder;
  private final Codecs codecs;
  private final String made;

  /**
   * A command for this data folder.
   *
   * @param made what a backup says it is made by
   */
  public BackupCommand(Path folder, Codecs codecs, String made) {
    this.folder = folder;
    this.codecs = codecs;
    this.made = made;
  }

  /**
   * Makes a backup, read back before it takes its place: it is there whole, or not at all.
   *
   * @param file replaced where there is one
   * @return what was backed up, for people
   * @throws IOException if it cannot be made; says what to do
   * @throws StoreException if a session cannot be read
   */
  public String backUp(Path file) throws IOException, StoreException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no data folder " + folder + "; name it with --data");
    }
    Path place = file.toAbsolutePath();
    Path part = Files.createTempFile(place.getParent(), "backup", ".part"); // For its owner alone.
    try {
      if (!fromServer(part)) {
        fromFolder(part);
      }
      sync(part);
      String said = verified(part);
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return said + " in " + file;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void sync(Path part) throws IOException {
    try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }

  private static String verified(Path part) throws IOException {
    try (BackupReader reader = new BackupReader(part)) {
      reader.verify();
      return "%d sessions, %.1f MB".formatted(reader.sessions(), reader.bytes() / 1e6);
    } catch (IOException e) {
      throw new IOException(
          "the backup is not whole (" + e.getMessage() + "); the server's log says why", e);
    }
  }

  /** Whether there was a server to ask. */
  private boolean fromServer(Path part) throws IOException {
    Optional<ControlFile> control = ControlFile.read(folder);
    if (control.isEmpty()) {
      return false;
    }
    HttpURLConnection asked = connection(control.get());
    try {
      if (asked.getResponseCode() != 200) {
        throw new IOException("the server made no backup: " + said(asked));
      }
      try (InputStream in = asked.getInputStream();
          OutputStream out = Files.newOutputStream(part)) {
        in.transferTo(out);
      }
      return true;
    } catch (ConnectException e) {
      return false; // It was killed and left the file.
    } finally {
      asked.disconnect();
    }
  }

  private static HttpURLConnection connection(ControlFile control) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + control.port() + ControlFile.BACKUP);
    HttpURLConnection asked = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    asked.setRequestMethod("POST");
    asked.setConnectTimeout(CONNECT_MILLIS);
    asked.setRequestProperty("Authorization", ControlFile.authorization(control.token()));
    return asked;
  }

  private static String said(HttpURLConnection asked) throws IOException {
    try (InputStream error = asked.getErrorStream()) {
      return error == null
          ? asked.getResponseMessage()
          : new String(error.readNBytes(4096), StandardCharsets.UTF_8).strip();
    }
  }

  private void fromFolder(Path part) throws IOException, StoreException {
    try (FolderLock lock = FolderLock.take(folder);
        BackupWriter backup = new BackupWriter(folder);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      backup.copy(
          new SqliteStores(folder, codecs.nodes(), Durability.FULL).names(), this::copyClosed);
      backup.write(out, made);
    }
  }

  private void copyClosed(String session, Path copy) throws StoreException {
    Path file = folder.resolve(session + ".session");
    try (SqliteStore store = new SqliteStore(file, codecs.nodes(), Durability.FULL)) {
      store.copyTo(copy);
    }
  }

  /**
   * Restores a backup into an empty data folder.
   *
   * @return what was restored, for people
   * @throws IOException if it is none, or the folder is not empty; says what to do
   * @throws StoreException if a server has the folder, or it cannot be written to
   */
  public String restore(Path file) throws IOException, StoreException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no backup " + file + "; choose another file");
    }
    try (FolderLock lock = FolderLock.take(folder);
        BackupReader reader = new BackupReader(file)) {
      reader.restore(folder);
      return "%d sessions, %.1f MB, made by %s"
          .formatted(reader.sessions(), reader.bytes() / 1e6, SafeText.shown(reader.made()));
    } catch (IOException e) {
      throw new IOException(file + " was not restored: " + e.getMessage(), e);
    }
  }
}
