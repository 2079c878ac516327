package org.multiuser.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.SessionCheck;
import org.multiuser.server.storage.SqliteStores;

/** {@code serve --check} and {@code --repair}: verifies each session's file and prints a table. */
final class CheckSessions {
  private static final String LINE = "%-24s %10s %12s   %-24s %s%n";

  private final Codecs codecs;
  private final PrintStream out;

  CheckSessions(Codecs codecs, PrintStream out) {
    this.codecs = codecs;
    this.out = out;
  }

  /**
   * Verifies all sessions of a folder that no server uses.
   *
   * @return 0 if all are well at the end, else 1
   * @throws StoreException if the folder cannot be listed, or a good file not be written
   */
  int run(Path folder, boolean repair) throws StoreException {
    List<Path> files = SqliteStores.files(folder);
    out.printf(LINE, "session", "datablocks", "log lines", "numbers", "state");
    boolean well = true;
    for (Path file : files) {
      well &= isWell(file, repair);
    }
    if (files.isEmpty()) {
      out.println("no session is kept in " + folder);
    }
    return well ? 0 : 1;
  }

  private boolean isWell(Path file, boolean repair) throws StoreException {
    SessionCheck check = new SessionCheck(file, codecs);
    boolean fine = check.damage().isEmpty();
    print(file, check);
    if (fine || !repair) {
      return fine;
    }
    if (!check.isRepairable()) {
      out.println("    nothing is left to repair it from: put a copy in its place");
      return false;
    }
    Path aside = check.repair();
    out.println("    repaired; the damaged file is kept as " + aside);
    SessionCheck again = new SessionCheck(file, codecs);
    print(file, again);
    return again.damage().isEmpty();
  }

  private void print(Path file, SessionCheck check) {
    String name = file.getFileName().toString();
    out.printf(
        LINE,
        name.substring(0, name.lastIndexOf('.')),
        check.nodes(),
        check.lines(),
        check.numbers(),
        check.damage().isEmpty() ? "well" : "DAMAGED");
    check.damage().forEach(what -> out.println("    " + what));
    if (check.lostFrom() > 0) {
      out.println("    lost: " + check.lost() + " edits, from number " + check.lostFrom() + " on");
    }
  }
}
