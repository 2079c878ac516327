package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.multiuser.app.recording.Outcome;
import org.multiuser.app.recording.RecordingException;
import org.multiuser.app.recording.Replay;
import org.multiuser.bridge.Json;
import org.multiuser.server.room.Hall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agent replay}: plays a recording into a new session (docs/agent-scripts.md). */
@Command(
    name = "replay",
    description =
        "Plays a recording into a new session, an agent for each user; exit code 0 if nothing was"
            + " lost and the content is that of the recording, 1 if not, 2 if it could not be"
            + " played.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "What `agent record` made.")
  private Path file;

  @Mixin private JoinOptions join;

  @Option(
      names = "--admin-password",
      defaultValue = "${env:ADMIN_PASSWORD:-}",
      description = "To make the session. Also by the environment: ADMIN_PASSWORD.")
  private String adminPassword;

  @Option(
      names = "--speed",
      paramLabel = "TIMES",
      defaultValue = "1",
      description = "2 is twice as fast as recorded, 0 as fast as it goes. Default: 1.")
  private double speed;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private ReplayCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Logging.setLevel(LogLevel.ERROR);
    try {
      if (!(speed >= 0 && speed <= 1e6)) {
        throw new IllegalArgumentException("--speed is a number from 0 to 1000000, not " + speed);
      }
      Replay replay =
          new Replay(file, join.as("replay", Hall.MAIN, adminPassword), join.trust(), speed);
      tell(replay.contents());
      Outcome outcome = replay.play();
      System.out.print(json ? Json.write(outcome.json()) + System.lineSeparator() : outcome.text());
      return outcome.isWell() ? 0 : 1;
    } catch (IOException e) {
      System.err.println("The recording " + file + " cannot be read: " + e.getMessage());
    } catch (RecordingException e) {
      System.err.println(file + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
    }
    return 2;
  }

  private void tell(Outcome.Contents contents) {
    if (!json) {
      System.out.println("recorded: " + contents.line());
    }
    if (!contents.whole()) {
      System.err.println(
          "The recording was cut off or is damaged; what stands before that is played.");
    }
  }
}
