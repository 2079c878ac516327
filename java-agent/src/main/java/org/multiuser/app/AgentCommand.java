package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.multiuser.app.timing.Timings;
import org.multiuser.bridge.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agent}: joins sessions without Blender (docs/agent-scripts.md). */
@Command(
    name = "agent",
    description = "Joins a session without Blender.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgentCommand.Run.class,
      PingCommand.class,
      VerifyCommand.class,
      RecordCommand.class,
      ReplayCommand.class,
      ForgetCommand.class,
      LoadCommand.class,
      InfoCommand.class,
      UsersCommand.class
    })
final class AgentCommand {
  private AgentCommand() {}

  /** {@code agent run SCRIPT}. */
  @Command(
      name = "run",
      description = "Executes a script's steps; exit code 0 if all of them went well.",
      mixinStandardHelpOptions = true)
  static final class Run implements Callable<Integer> {
    @Parameters(paramLabel = "SCRIPT", description = "A YAML file of steps.")
    private Path script;

    @Option(names = "--host", paramLabel = "HOST", description = "In place of the script's.")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", description = "In place of the script's.")
    private Integer port;

    @Mixin private ProtectionOptions protection;
    @Mixin private TrustOptions trust;

    @Option(
        names = "--state",
        paramLabel = "FOLDER",
        description = "Keeps identities and pending commits there; a later run goes on with them.")
    private Path state;

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    @Option(names = "--log-level", defaultValue = "WARN", description = "DEBUG to ERROR.")
    private LogLevel level;

    private Run() {}

    @Override
    public Integer call() {
      Logging.setLevel(level);
      Script parsed;
      try {
        parsed = ScriptReader.read(Files.readString(script));
      } catch (IOException e) {
        System.err.println("The script " + script + " cannot be read.");
        return 2;
      } catch (ScriptException e) {
        System.err.println(script + ": " + e.getMessage());
        return 2;
      }
      Map<String, Object> server = new LinkedHashMap<>(parsed.server());
      if (host != null) {
        server.put("host", host);
      }
      if (port != null) {
        server.put("port", (long) port);
      }
      protection.putInto(server);
      boolean usesFiles = ScriptVerbs.useFiles(parsed.steps());
      ScriptSteps single = new ScriptSteps(server, state, trust.trust(), usesFiles);
      try (ScriptRunner runner = new ScriptRunner(single, this::tell)) {
        List<ScriptResult> results = runner.run(parsed.steps());
        boolean well = results.stream().allMatch(ScriptResult::isOk);
        print(results, runner.timings(), well);
        return well ? 0 : 1;
      }
    }

    /**
     * One line a step, at once: who reads along sees how far it came. Branches stand further in.
     */
    private void tell(ScriptResult result) {
      if (!json) {
        System.out.printf(
            "%s%-4s line %-3d %-12s %7d ms  %s%n",
            "  ".repeat(result.depth()),
            result.isOk() ? "ok" : "FAIL",
            result.line(),
            result.verb(),
            result.millis(),
            result.isOk() ? result.note() : result.problem());
        System.out.flush();
      }
    }

    private void print(List<ScriptResult> results, Timings timings, boolean well) {
      if (json) {
        List<Object> steps = results.stream().<Object>map(ScriptResult::json).toList();
        System.out.println(
            Json.write(Map.of("ok", well, "steps", steps, "timing", timings.json())));
        return;
      }
      System.out.print(timings.table());
      System.out.println(well ? "all steps went well" : "the script failed");
    }
  }
}
