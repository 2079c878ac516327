package org.multiuser.app.operations;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.AbstractTerminal;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.multiuser.server.room.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell on a terminal: a prompt with history and completion, above which log lines appear.
 * {@link #run} belongs to the shell's thread, {@link #close} to the one that ends the server.
 */
final class TerminalShell {
  private static final Logger LOG = LoggerFactory.getLogger(TerminalShell.class);
  private static final String PROMPT = "multi-user> ";

  private final Running server;
  private final Terminal terminal;
  private final LineReader reader;
  private final LogTarget log;
  private final ShellCommands commands;
  private final String prompt;
  private final boolean logsHere;

  private TerminalShell(Running server, Invites invites, Terminal terminal, LogTarget log) {
    this.server = server;
    this.terminal = terminal;
    this.log = log;
    boolean coloured = System.getenv("NO_COLOR") == null;
    commands = new ShellCommands(server, invites, terminal.writer(), coloured);
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .completer((line, parsed, candidates) -> complete(parsed, candidates))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // A ! is a !.
            .build();
    prompt =
        coloured
            ? new AttributedStringBuilder().styled(AttributedStyle.BOLD, PROMPT).toAnsi(terminal)
            : PROMPT;
    logsHere = isErrorHere();
    if (logsHere) {
      log.through(new Lines());
    }
  }

  /**
   * A shell, if standard input and output are a terminal that can show one. Up to Java 21 there is
   * no console where they are none, which is known without looking; from 22 on JLine finds out.
   */
  @SuppressWarnings("SystemConsoleNull")
  static Optional<TerminalShell> open(Running server, Invites invites, LogTarget log) {
    if (System.console() == null) {
      return Optional.empty();
    }
    try {
      Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new TerminalShell(server, invites, terminal, log));
    } catch (IOException e) {
      LOG.warn("there is no shell on this terminal: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether log lines would go to the terminal, and not to a file that stderr was sent to. */
  private boolean isErrorHere() {
    return terminal instanceof AbstractTerminal system
        && system.getProvider() != null
        && system.getProvider().isSystemStream(SystemStream.Error);
  }

  /** Reads and carries out commands until somebody ends the server. */
  void run() {
    try {
      while (true) {
        commands.run(reader.readLine(prompt));
      }
    } catch (UserInterruptException | EndOfFileException e) {
      server.stop(); // Ctrl+C or Ctrl+D, or the terminal is gone.
    }
  }

  private void complete(ParsedLine parsed, List<Candidate> candidates) {
    if (parsed.wordIndex() == 0) {
      commands.names().forEach(name -> candidates.add(new Candidate(name)));
      return;
    }
    String command = parsed.words().get(0);
    if (command.equals("kick") || command.equals("ban")) {
      commands.users().forEach(name -> candidates.add(new Candidate(SafeText.shown(name))));
    } else if (command.equals("help") || command.equals("?")) {
      commands.names().forEach(name -> candidates.add(new Candidate(name)));
    }
  }

  /** Gives the terminal back as it was. */
  void close() {
    if (logsHere) {
      log.back();
    }
    try {
      terminal.close();
    } catch (IOException e) {
      LOG.debug("the terminal was not closed: {}", e.getMessage());
    }
  }

  /** Log lines, each written with one call. */
  private final class Lines extends OutputStream {
    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      String text = new String(bytes, from, count, StandardCharsets.UTF_8);
      reader.printAbove(text.stripTrailing());
    }
  }
}
