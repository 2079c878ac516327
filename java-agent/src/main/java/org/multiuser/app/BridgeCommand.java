package org.multiuser.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.multiuser.agent.Agent;
import org.multiuser.bridge.BridgeHost;
import org.multiuser.files.OldStates;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.protocol.message.ProtocolVersion;
import picocli.CommandLine.Command;

/** {@code bridge}: the agent beside Blender, started and told what to do by the add-on. */
@Command(
    name = "bridge",
    description = "Serves one Blender; started by the add-on.",
    hidden = true,
    mixinStandardHelpOptions = true)
final class BridgeCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    new BridgeHost(
            System.in,
            out,
            Version.current(),
            List.of(ProtocolVersion.MAJOR, ProtocolVersion.MINOR))
        .run(BridgeCommand::start, Runtime.getRuntime()::halt);
    return 0;
  }

  private static Agent start(BridgeHost.Greeting greeting) throws IOException {
    Logging.setLevel(LogLevel.valueOf(greeting.level()));
    if (!greeting.logFile().isEmpty()) {
      Logging.alsoTo(Path.of(greeting.logFile()));
    }
    LocalFiles files = files(greeting);
    Agent agent = new AgentRuntime(greeting.state(), files, new TrustOptions().trust());
    Path states = greeting.state().toAbsolutePath().getParent();
    Thread cleaning = new Thread(() -> clean(states, files), "cleaning");
    cleaning.setDaemon(true);
    cleaning.start();
    return agent;
  }

  private static void clean(Path states, LocalFiles files) {
    OldStates.remove(states, Instant.now());
    if (files != null) {
      files.removeOld(Instant.now());
    }
  }

  private static LocalFiles files(BridgeHost.Greeting greeting) throws IOException {
    if (greeting.files().isEmpty()) {
      return null;
    }
    try {
      return new LocalFiles(Path.of(greeting.files()), greeting.filesBytes());
    } catch (IOException e) {
      throw new IOException(
          "The folder for files, "
              + greeting.files()
              + ", cannot be used ("
              + e
              + "): choose"
              + " another one.",
          e);
    }
  }
}
