package org.multiuser.app.operations;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.multiuser.protocol.model.User;
import org.multiuser.server.room.Answer;
import org.multiuser.server.room.Census;
import org.multiuser.server.room.Order;
import org.multiuser.server.room.SafeText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What can be said to a running server. Used by the shell's thread; what others call themselves is
 * shown so that it cannot reach the terminal.
 */
@Command(name = "", description = "Commands of the server's shell.")
final class ShellCommands {
  private static final long PATIENCE_MILLIS = 10_000;

  private final Running server;
  private final Asking asking;
  private final Invites invites;
  private final PrintWriter out;
  private final CommandLine line;

  /**
   * The commands of a server.
   *
   * @param out takes the answers
   * @param coloured whether it is a terminal that shows colours
   */
  ShellCommands(Running server, Invites invites, PrintWriter out, boolean coloured) {
    this.server = server;
    this.invites = invites;
    this.out = out;
    asking = new Asking(server, PATIENCE_MILLIS);
    line =
        new CommandLine(this)
            .setExpandAtFiles(false) // A user may be called @ and the path of a file.
            .setOut(out)
            .setErr(out)
            .setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF))
            .setParameterExceptionHandler(this::wrong)
            .setExecutionExceptionHandler(this::failed);
  }

  /** Whom to remove. */
  static final class Removal {
    @Parameters(paramLabel = "USER", description = "The user's name.")
    private String user;

    @Option(
        names = "--session",
        paramLabel = "NAME",
        defaultValue = "",
        description = "In which session.")
    private String session;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "The host removed you.",
        description = "What they are told.")
    private String reason;

    Order order(boolean ban) {
      return new Order.Kick(user, session, ban, reason);
    }
  }

  /** Does what a line says. */
  void run(String text) {
    try {
      List<String> words = Words.of(text);
      if (!words.isEmpty()) {
        line.execute(words.toArray(new String[0]));
      }
    } catch (IllegalArgumentException e) {
      out.println(SafeText.shown(String.valueOf(e.getMessage())));
    }
    out.flush();
  }

  /** The names of the commands. */
  List<String> names() {
    return line.getSubcommands().keySet().stream().sorted().toList();
  }

  /** The names of those who are in a session, or none if the server does not say. */
  List<String> users() {
    try {
      return asking.look().sessions().stream()
          .flatMap(session -> session.users().stream())
          .map(User::name)
          .distinct()
          .toList();
    } catch (Asking.NoAnswer e) {
      return List.of(); // To complete a word is not worth a complaint.
    }
  }

  private int wrong(CommandLine.ParameterException wrong, String[] words) {
    CommandLine command = wrong.getCommandLine();
    if (command == line) {
      out.println("there is no command " + SafeText.shown(words[0]) + " (see: help)");
      return CommandLine.ExitCode.USAGE;
    }
    String help = "help " + command.getCommandName();
    out.println(SafeText.shown(wrong.getMessage()) + " (see: " + help + ")");
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(Exception failure, CommandLine command, CommandLine.ParseResult said) {
    out.println(SafeText.shown(String.valueOf(failure.getMessage())));
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Command(name = "help", aliases = "?", description = "Lists the commands, or explains one.")
  void help(
      @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command.")
          String command) {
    if (command == null) {
      line.getSubcommands().values().stream()
          .distinct()
          .forEach(
              one ->
                  out.printf(
                      "  %-10s %s%n",
                      one.getCommandName(), one.getCommandSpec().usageMessage().description()[0]));
      out.println("help COMMAND says more of one; a name with spaces goes in \"quotes\".");
    } else if (line.getSubcommands().containsKey(command)) {
      line.getSubcommands().get(command).usage(out);
    } else {
      out.println("there is no command " + SafeText.shown(command) + " (see: help)");
    }
  }

  @Command(name = "users", description = "Who is in which session.")
  void showUsers() throws Asking.NoAnswer {
    List<Census.Session> sessions = asking.look().sessions();
    if (sessions.isEmpty()) {
      out.println("no session is open yet");
    }
    for (Census.Session session : sessions) {
      out.println(session.name() + ": " + counted(session.users().size(), "user"));
      for (User user : session.users()) {
        out.printf(
            "  %-24s %-7s %s%n",
            SafeText.shown(user.name()),
            user.role().name().toLowerCase(Locale.ROOT),
            presence(user));
      }
      session.banned().forEach(name -> out.println("  banned: " + SafeText.shown(name)));
    }
  }

  private static String presence(User user) {
    if (!user.online()) {
      return "away";
    }
    return user.pingMillis() < 0 ? "here" : "here, " + user.pingMillis() + " ms";
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  @Command(name = "sessions", description = "The sessions and how they stand.")
  void showSessions() throws Asking.NoAnswer {
    Census census = asking.look();
    for (Census.Session session : census.sessions()) {
      out.printf(
          "%-24s %-13s %-9s %s, edit %d%s%n",
          session.name(),
          session.state().name().toLowerCase(Locale.ROOT),
          counted(session.users().size(), "user"),
          counted(session.datablocks(), "datablock"),
          session.sequence(),
          session.blenderVersion().isEmpty() ? "" : ", Blender " + session.blenderVersion());
    }
    if (census.sessions().isEmpty()) {
      out.println("no session is open yet");
    }
    census.failed().forEach(name -> out.printf("%-24s cannot be kept; the log says why%n", name));
  }

  @Command(name = "kick", description = "Ends a user's membership; they may join again.")
  void kick(@Mixin Removal removal) throws Asking.NoAnswer {
    say(asking.ask(removal.order(false)));
  }

  @Command(name = "ban", description = "Kicks a user, who may not come back under this name.")
  void ban(@Mixin Removal removal) throws Asking.NoAnswer {
    say(asking.ask(removal.order(true)));
  }

  @Command(name = "unban", description = "Lets whoever was banned under a name come back.")
  void unban(
      @Parameters(paramLabel = "USER", description = "The name.") String user,
      @Option(
              names = "--session",
              paramLabel = "NAME",
              defaultValue = "",
              description = "To which session.")
          String session)
      throws Asking.NoAnswer {
    say(asking.ask(new Order.Unban(user, session)));
  }

  @Command(name = "save", description = "Waits until all that was said so far is on the disk.")
  void save() throws Asking.NoAnswer {
    say(asking.ask(new Order.Save()));
  }

  @Command(name = "invite", description = "The line that artists paste to join a session.")
  void invite(
      @Parameters(
              arity = "0..1",
              paramLabel = "HOST",
              description = "The name or address by which artists reach this computer.")
          String host,
      @Option(
              names = "--session",
              paramLabel = "NAME",
              defaultValue = "main",
              description = "To which session.")
          String session) {
    List<String> hosts = host == null ? invites.hosts() : List.of(host);
    hosts.forEach(one -> out.println(SafeText.shown(invites.to(one, session))));
  }

  @Command(
      name = "exit",
      aliases = "quit",
      description = "Ends the server; all sessions are kept. Ctrl+C and Ctrl+D do the same.")
  void exit() {
    out.println("the server ends");
    server.stop();
  }

  private void say(Answer answer) {
    if (answer instanceof Answer.Done done) {
      done.text().lines().forEach(text -> out.println(SafeText.shown(text)));
    } else if (answer instanceof Answer.Refused refused) {
      out.println(SafeText.shown(refused.text()));
    }
  }
}
