package org.multiuser.app.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file that says how the server of a data folder is spoken to: its port, and the secret. */
record ControlFile(int port, String token) {
  static final String LOOPBACK = "127.0.0.1";
  static final String BACKUP = "/backup";
  private static final String NAME = "server.control";
  private static final Pattern FORM = Pattern.compile("(\\d{1,5}) ([0-9a-f]{64})\\s*");

  static Path in(Path folder) {
    return folder.resolve(NAME);
  }

  static String authorization(String token) {
    return "Bearer " + token;
  }

  /** Writes it at once, for its owner alone: temporary files are made so. */
  void write(Path folder) throws IOException {
    Path fresh = Files.createTempFile(folder, "control", null);
    Files.writeString(fresh, port + " " + token + "\n");
    Files.move(fresh, in(folder), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * What is there; empty if there is none, or no such file.
   *
   * @throws IOException if it cannot be read
   */
  static Optional<ControlFile> read(Path folder) throws IOException {
    try {
      Matcher parts = FORM.matcher(Files.readString(in(folder)));
      return parts.matches()
          ? Optional.of(new ControlFile(Integer.parseInt(parts.group(1)), parts.group(2)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
