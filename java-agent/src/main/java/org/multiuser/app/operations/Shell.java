package org.multiuser.app.operations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands from standard input, on a daemon thread of its own: from a terminal with history
 * and completion, else line by line. Where a pipe ends, or there is none, the server goes on.
 */
public final class Shell implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

  private final Optional<TerminalShell> terminal;

  private Shell(Optional<TerminalShell> terminal) {
    this.terminal = terminal;
  }

  /**
   * Starts it.
   *
   * @param log where log lines go while there is a prompt
   */
  public static Shell start(Running server, Invites invites, LogTarget log) {
    if (isClosed()) {
      return new Shell(Optional.empty());
    }
    Optional<TerminalShell> terminal = TerminalShell.open(server, invites, log);
    Runnable work = terminal.isPresent() ? terminal.get()::run : () -> readPipe(server, invites);
    Thread thread = new Thread(work, "shell");
    thread.setDaemon(true);
    thread.start();
    return new Shell(terminal);
  }

  /**
   * Whether the server was started with standard input closed: then its number went to the first
   * file that Java opened, which is one of its own and holds no commands. Only Linux tells.
   */
  private static boolean isClosed() {
    Path input = Path.of("/proc/self/fd/0");
    try {
      return Files.exists(input)
          && input.toRealPath().startsWith(Path.of(System.getProperty("java.home")).toRealPath());
    } catch (IOException e) {
      return false; // A pipe or socket has no path.
    }
  }

  private static void readPipe(Running server, Invites invites) {
    Charset charset = StandardCharsets.UTF_8;
    PrintWriter out = new PrintWriter(System.out, true, charset);
    try {
      ShellCommands commands = null;
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, charset));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (commands == null) { // Where nobody says anything, nothing of it is loaded.
          commands = new ShellCommands(server, invites, out, false);
        }
        commands.run(line);
      }
    } catch (IOException e) {
      LOG.debug("standard input: {}", e.getMessage());
    }
  }

  /** Gives the terminal back as it was. */
  @Override
  public void close() {
    terminal.ifPresent(TerminalShell::close);
  }
}
