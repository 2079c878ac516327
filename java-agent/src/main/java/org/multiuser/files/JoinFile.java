package org.multiuser.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * The identity under which an agent joined, kept so that the next agent can go on with it (SPEC
 * ID2, BR5). It holds a secret, so only its user may read it where the file system knows users.
 */
public final class JoinFile {
  static final String NAME = "join.properties";

  private final Path path;

  /**
   * What is kept of a join.
   *
   * @param where host, port, session and user name in one text: only the same one is resumed
   * @param secret what the server handed out, empty before
   * @param incarnation of the session that pending commits are for, or null
   */
  public record Join(String where, UUID client, byte[] secret, UUID incarnation) {}

  /** The file in this state folder. */
  public JoinFile(Path folder) {
    path = folder.resolve(NAME);
  }

  /** What is kept, or empty if there is nothing (readable). */
  public Optional<Join> read() {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    Properties all = new Properties();
    try (InputStream in = Files.newInputStream(path)) {
      all.load(in);
      String incarnation = all.getProperty("incarnation", "");
      return Optional.of(
          new Join(
              all.getProperty("where", ""),
              UUID.fromString(all.getProperty("client", "")),
              HexFormat.of().parseHex(all.getProperty("secret", "")),
              incarnation.isEmpty() ? null : UUID.fromString(incarnation)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Torn or foreign: a new identity is made.
    }
  }

  /** Keeps this one. */
  public void write(Join join) {
    Properties all = new Properties();
    all.setProperty("where", join.where());
    all.setProperty("client", join.client().toString());
    all.setProperty("secret", HexFormat.of().formatHex(join.secret()));
    all.setProperty("incarnation", join.incarnation() == null ? "" : join.incarnation().toString());
    Path fresh = path.resolveSibling(NAME + ".new");
    try {
      Files.deleteIfExists(fresh);
      Files.createFile(fresh);
      fresh.toFile().setReadable(false, false);
      fresh.toFile().setReadable(true, true);
      try (OutputStream out = Files.newOutputStream(fresh)) {
        all.store(out, null);
      }
      Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the identity in " + path, e);
    }
  }

  /**
   * Moves what is kept to a folder beside this one, in one step: two agents never have it.
   *
   * @throws IOException if it stays here
   */
  void moveTo(Path folder) throws IOException {
    Files.move(path, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Keeps nothing any more. */
  public void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }
}
