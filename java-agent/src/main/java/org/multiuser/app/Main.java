package org.multiuser.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one entry point of the jar: agent, standalone agent and session server. */
@Command(
    name = "multi-user",
    description = "Real-time collaboration for Blender.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      BridgeCommand.class,
      AgentCommand.class,
    })
public final class Main {
  private Main() {}

  /**
   * Runs the program.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line; of a wrong one it says in one line what to do. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.getSubcommands().get("serve").setHelpFactory(new ServeHelp.Factory());
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // A password may begin with @.
        .setParameterExceptionHandler(
            (wrong, arguments) -> {
              CommandLine command = wrong.getCommandLine();
              String name = command.getCommandSpec().qualifiedName();
              command.getErr().println(wrong.getMessage() + " (see " + name + " --help)");
              return CommandLine.ExitCode.USAGE;
            });
  }
}
