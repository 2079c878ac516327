package org.multiuser.bridge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.multiuser.agent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent process as Blender starts it (BR1 to BR4): reads the greeting, opens shared memory and
 * gateway, says that it is ready, and ends when stdin closes. {@link #run} is the process's main
 * thread; a thread of its own raises the heart.
 */
public final class BridgeHost {
  private static final Logger log = LoggerFactory.getLogger(BridgeHost.class);
  private static final int MAX_LINE_CHARS = 1 << 16;
  private static final long HEART_MILLIS = 1_000;
  private static final long END_WITHIN_MILLIS = 800;
  private static final long IDLE_SEGMENT_BYTES = 256L << 20;
  private static final long TOTAL_SEGMENT_BYTES = 8L << 30;
  private static final long FILES_BYTES = 20L << 30;

  private final BufferedReader stdin;
  private final PrintStream stdout;
  private final String version;
  private final List<Integer> protocol;

  /**
   * What Blender says first.
   *
   * @param token what the gateway's clients must know
   * @param state the folder for identity and pending commits
   * @param logFile the log, empty for stderr alone
   * @param level ERROR, WARN, INFO or DEBUG
   * @param files the folder for the cache of files, empty to take no part in files
   * @param filesBytes how much that may hold
   */
  public record Greeting(
      String token, Path state, String logFile, String level, String files, long filesBytes) {
    /**
     * The greeting that a line of JSON is.
     *
     * @throws IllegalArgumentException if something is missing
     */
    static Greeting parse(String line) {
      Map<String, Object> json = Json.parseObject(line);
      if (!(json.get("token") instanceof String token) || token.length() < 32) {
        throw new IllegalArgumentException("The greeting needs a token of 32 characters or more.");
      }
      if (!(json.get("state") instanceof String state) || state.isBlank()) {
        throw new IllegalArgumentException("The greeting needs a state folder.");
      }
      return new Greeting(
          token,
          Path.of(state),
          json.get("log") instanceof String file ? file : "",
          json.get("level") instanceof String level ? level : "INFO",
          json.get("files") instanceof String files ? files : "",
          json.get("filesBytes") instanceof Long bytes && bytes > 0 ? bytes : FILES_BYTES);
    }

    /** Without the token, so that logging it is safe. */
    @Override
    public String toString() {
      return "state " + state + ", level " + level;
    }
  }

  /** Makes the agent once the greeting is known. */
  public interface AgentFactory {
    /**
     * Starts an agent.
     *
     * @throws IOException if it cannot start; the message says what to do
     */
    Agent start(Greeting greeting) throws IOException;
  }

  /**
   * A host that is not running yet.
   *
   * @param protocol the protocol's major and minor version
   */
  public BridgeHost(InputStream stdin, PrintStream stdout, String version, List<Integer> protocol) {
    this.stdin = new BufferedReader(new InputStreamReader(stdin, StandardCharsets.UTF_8));
    this.stdout = stdout;
    this.version = version;
    this.protocol = protocol;
  }

  /**
   * Serves until stdin closes, then ends the process.
   *
   * @param halt ends the process at once with this exit code
   */
  public void run(AgentFactory factory, IntConsumer halt) {
    Path folder = null;
    Agent agent = null;
    try {
      String line = line();
      if (line == null) {
        halt.accept(0);
        return;
      }
      Greeting greeting = Greeting.parse(line);
      Path base = SegmentFolder.base();
      folder = SegmentFolder.create(base, ProcessHandle.current().pid());
      removeAtExit(folder);
      agent = factory.start(greeting);
      serve(agent, greeting.token(), folder);
      SegmentFolder.removeStale(base, SegmentFolder::isAlive);
      awaitEnd();
    } catch (IOException | RuntimeException e) {
      log.error("The agent cannot go on", e);
      stdout.println(Json.write(Map.of("error", "The agent cannot start: " + e.getMessage())));
      stdout.flush();
      end(agent, folder, halt, 2);
      return;
    }
    log.info("stdin is closed: Blender has gone");
    end(agent, folder, halt, 0);
  }

  private void serve(Agent agent, String token, Path folder) throws IOException {
    ControlBlock control = ControlBlock.create(folder);
    agent.listen(new Signals(control));
    SegmentPool segments = new SegmentPool(folder, TOTAL_SEGMENT_BYTES, IDLE_SEGMENT_BYTES);
    Facade facade = new Facade(agent, segments, () -> control.raise(ControlBlock.Word.EVENTS));
    FacadeServer server = new FacadeServer(new FacadeCalls(facade), token);
    server.start();
    daemon("heart", () -> beat(control)).start();
    sayReady(server.getListeningPort(), folder);
  }

  private void sayReady(int port, Path folder) {
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("port", port);
    ready.put("segments", folder.toString());
    ready.put("version", version);
    ready.put("protocol", protocol);
    ready.put("pid", ProcessHandle.current().pid());
    stdout.println(Json.write(ready));
    stdout.flush();
  }

  /** Blender never writes again; the read returns when it closes the pipe or dies. */
  private void awaitEnd() throws IOException {
    while (line() != null) {
      log.debug("A line on stdin is ignored");
    }
  }

  /**
   * Ends in time whatever the agent is doing: its pending commits are on disk already (SPEC AC2).
   */
  private static void end(Agent agent, Path folder, IntConsumer halt, int code) {
    daemon("end", () -> haltLater(halt, code)).start();
    if (folder != null) {
      SegmentFolder.remove(folder);
    }
    if (agent != null) {
      agent.close();
    }
    halt.accept(code);
  }

  private static void haltLater(IntConsumer halt, int code) {
    pause(END_WITHIN_MILLIS);
    halt.accept(code);
  }

  private static void beat(ControlBlock control) {
    while (pause(HEART_MILLIS)) {
      control.raise(ControlBlock.Word.HEART);
    }
  }

  private static boolean pause(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, "bridge-" + name);
    thread.setDaemon(true);
    return thread;
  }

  /** For an end by a signal; {@link #end} does not pass here. */
  private static void removeAtExit(Path folder) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> SegmentFolder.remove(folder)));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = stdin.read(); c != '\n'; c = stdin.read()) {
      if (c < 0) {
        return null;
      }
      if (line.length() == MAX_LINE_CHARS) {
        throw new IOException("the greeting is too long");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** The agent's news as counters in shared memory; called on the agent's threads. */
  private record Signals(ControlBlock control) implements Agent.Listener {
    @Override
    public void changes() {
      control.raise(ControlBlock.Word.CHANGES);
    }

    @Override
    public void events() {
      control.raise(ControlBlock.Word.EVENTS);
    }

    @Override
    public void state() {
      control.raise(ControlBlock.Word.STATE);
    }

    @Override
    public void presence() {
      control.raise(ControlBlock.Word.PRESENCE);
    }

    @Override
    public void rows() {
      control.raise(ControlBlock.Word.ROWS);
    }

    @Override
    public void files() {
      control.raise(ControlBlock.Word.FILES);
    }
  }
}
