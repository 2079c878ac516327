package org.multiuser.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.app.recording.Recorder;
import org.multiuser.bridge.Json;
import org.multiuser.server.room.Hall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agent record}: writes down what everybody does in a session (docs/agent-scripts.md). */
@Command(
    name = "record",
    description =
        "Joins a session and records what everybody does in it, until Ctrl+C; exit code 0 if it"
            + " was recorded, 1 if it ended early, 2 if it could not be.",
    mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
  private static final int LOOK_MILLIS = 50;
  private static final int END_SECONDS = 20;

  @Parameters(paramLabel = "FILE", description = "A new file.")
  private Path file;

  @Mixin private JoinOptions join;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "record",
      description = "How the others see it. Default: ${DEFAULT-VALUE}.")
  private String user;

  @Option(names = "--seconds", paramLabel = "N", description = "Ends by itself after so long.")
  private Double seconds;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private RecordCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Logging.setLevel(LogLevel.WARN);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    try {
      return recordAll();
    } finally {
      ended.countDown();
    }
  }

  private int recordAll() throws InterruptedException {
    Recorder.Progress last;
    try {
      ConnectOptions options = join.as(user, Hall.MAIN, "");
      try (Recorder recorder = new Recorder(file, options, join.trust(), Version.current())) {
        last = record(recorder, options.session());
      }
    } catch (FileAlreadyExistsException e) {
      return refuse("There is a file " + file + " already; name a new one.");
    } catch (IOException e) {
      return refuse("The recording " + file + " cannot be written: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return refuse(e.getMessage());
    }
    if (!last.begun()) {
      file.toFile().delete(); // Else it would be in the way of the next try.
      String why = last.over().isEmpty() ? "the session was not open." : last.over();
      return refuse("Nothing was recorded: " + why);
    }
    print(last);
    return last.over().isEmpty() ? 0 : 1;
  }

  private Recorder.Progress record(Recorder recorder, String session) throws InterruptedException {
    Recorder.Progress now = recorder.progress();
    long endNanos = Long.MAX_VALUE;
    boolean told = false;
    while (now.over().isEmpty() && System.nanoTime() < endNanos) {
      if (now.begun() && !told) {
        told = true;
        System.err.println("recording session " + session + " to " + file + "; Ctrl+C ends it");
        endNanos = seconds == null ? endNanos : System.nanoTime() + (long) (seconds * 1e9);
      }
      if (stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
      now = recorder.progress();
    }
    return recorder.progress();
  }

  /** On Ctrl+C; the process ends when this returns. */
  private void stop() {
    stop.countDown();
    try {
      ended.await(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int refuse(String text) {
    System.err.println(text);
    return 2;
  }

  private void print(Recorder.Progress last) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", last.over().isEmpty());
      fields.put("entries", last.entries());
      fields.put("users", (long) last.users());
      fields.put("bytes", last.bytes());
      fields.put("text", last.over());
      System.out.println(Json.write(fields));
    } else {
      System.out.printf(
          "recorded %d edits of %d users, %d bytes%n", last.entries(), last.users(), last.bytes());
      if (!last.over().isEmpty()) {
        System.out.println(last.over());
      }
    }
  }
}
