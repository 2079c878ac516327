package org.multiuser.app;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Where the program keeps its data unless told otherwise. */
final class DataFolder {
  private static final String NAME = "multi-user";

  private DataFolder() {}

  /** The folder of the sessions of this machine's user. */
  static Path sessions() {
    return ofUser().resolve("sessions");
  }

  /** The file with what servers showed to agents before (SPEC CH9). */
  static Path knownServers() {
    return ofUser().resolve("known_servers");
  }

  private static Path ofUser() {
    return of(System.getProperty("os.name"), System.getProperty("user.home"), System.getenv());
  }

  /** The data folder on such a system. */
  static Path of(String osName, String home, Map<String, String> environment) {
    String os = osName.toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) {
      String local = environment.get("LOCALAPPDATA");
      return (local == null ? Path.of(home, "AppData", "Local") : Path.of(local)).resolve(NAME);
    }
    if (os.contains("mac")) {
      return Path.of(home, "Library", "Application Support", NAME);
    }
    String xdg = environment.get("XDG_DATA_HOME");
    return (xdg == null || xdg.isBlank() ? Path.of(home, ".local", "share") : Path.of(xdg))
        .resolve(NAME);
  }
}
