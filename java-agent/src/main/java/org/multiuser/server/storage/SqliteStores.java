package org.multiuser.server.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreException;

/**
 * One SQLite file for each session in a folder. Session names are safe as file names (SPEC SE6).
 */
public final class SqliteStores implements Stores {
  private static final String SUFFIX = ".session";

  private final Path folder;
  private final NodeCodec codec;
  private final Durability durability;

  /**
   * The stores in this folder, which is made where it is missing.
   *
   * @param codec for the nodes of checkpoints
   * @param durability what an acknowledgement means
   * @throws StoreException if the folder cannot be written to
   */
  public SqliteStores(Path folder, NodeCodec codec, Durability durability) throws StoreException {
    this.folder = folder;
    this.codec = codec;
    this.durability = durability;
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "writable", null));
    } catch (IOException e) {
      throw new StoreException(
          "the data folder " + folder + " cannot be written to; choose another one with --data", e);
    }
  }

  @Override
  public List<String> names() throws StoreException {
    return files(folder).stream()
        .map(file -> file.getFileName().toString())
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .toList();
  }

  /**
   * The sessions' files in a folder, by name.
   *
   * @throws StoreException if it cannot be listed
   */
  public static List<Path> files(Path folder) throws StoreException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      files.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw new StoreException("the data folder " + folder + " cannot be listed", e);
    }
    Collections.sort(found);
    return found;
  }

  /**
   * What a session's file takes, with what SQLite keeps beside it, in bytes.
   *
   * @throws IOException if the disk does not say
   */
  public static long bytes(Path folder, String session) throws IOException {
    long bytes = 0;
    for (String tail : List.of("", "-wal")) {
      try {
        bytes += Files.size(folder.resolve(session + SUFFIX + tail));
      } catch (NoSuchFileException e) {
        bytes += 0; // Not made yet, or gone meanwhile.
      }
    }
    return bytes;
  }

  @Override
  public RoomStore open(String session) throws StoreException {
    return new SqliteStore(folder.resolve(session + SUFFIX), codec, durability);
  }
}
