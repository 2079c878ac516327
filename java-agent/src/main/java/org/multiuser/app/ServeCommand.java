package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.multiuser.bridge.Json;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.ServerIdentity;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.FolderLock;
import org.multiuser.server.storage.SqliteStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: runs a session server until it is told to stop. */
@Command(
    name = "serve",
    description = "Runs a session server.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final int HIGHEST_BASE_PORT = 65_532;
  private static final int SHORTEST_TIMEOUT_MILLIS = 1_000;

  @Option(
      names = {"-p", "--port"},
      defaultValue = "${env:PORT:-5555}",
      paramLabel = "PORT",
      description =
          "The port; with --plain the first of four in a row. 0 picks a free one. [env PORT]")
  private int port;

  @Option(
      names = {"-b", "--bind"},
      defaultValue = "0.0.0.0",
      paramLabel = "ADDRESS",
      description = "The address to listen on.")
  private String bind;

  @Mixin private PasswordOptions passwords;

  @Option(
      names = {"-t", "--timeout"},
      defaultValue = "${env:TIMEOUT:-60000}",
      paramLabel = "MILLIS",
      description = "How long a silent user is kept. [env TIMEOUT]")
  private int timeoutMillis;

  @Option(
      names = {"-l", "--log-level"},
      defaultValue = "${env:LOG_LEVEL:-INFO}",
      paramLabel = "LEVEL",
      description = "DEBUG, INFO, WARN or ERROR. [env LOG_LEVEL]")
  private LogLevel logLevel;

  @Option(
      names = {"-lf", "--log-file"},
      paramLabel = "FILE",
      description = "Log to this file too.")
  private Path logFile;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where the sessions are kept; by default the user's data folder.")
  private Path data;

  @Option(
      names = "--durability",
      defaultValue = "${env:DURABILITY:-full}",
      paramLabel = "LEVEL",
      description =
          "full: an acknowledged edit survives the loss of power; normal: only the end of the"
              + " server, but it costs less. [env DURABILITY]")
  private Durability durability;

  @Option(
      names = "--files-grace-hours",
      defaultValue = "${env:FILES_GRACE_HOURS:-" + FileSettings.GRACE_HOURS + "}",
      paramLabel = "HOURS",
      description =
          "How long a file is kept that nothing in its session refers to; undo may bring it back."
              + " 0 throws it away as soon as that is seen. [env FILES_GRACE_HOURS]")
  private int filesGraceHours;

  @Option(
      names = "--check",
      description =
          "Verify the kept sessions instead of serving: exit code 0 if all are well, else 1.")
  private boolean check;

  @Option(
      names = "--repair",
      description =
          "Verify, and put a good file in the place of each damaged one, which is kept beside it.")
  private boolean repair;

  @Mixin private IdentityOptions identity;

  @Mixin private LimitOptions limits;

  @Option(names = "--parent", description = "End when standard input is closed.")
  private boolean parent;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    check();
    try {
      Logging.setLevel(logLevel);
      if (logFile != null) {
        Logging.alsoTo(logFile);
      }
    } catch (IOException e) {
      return fail("the log file " + logFile + " cannot be written to; choose another one");
    }
    try {
      return passwords.isHashWanted() ? PasswordOptions.printHash() : serve();
    } catch (IOException e) {
      return fail(e.getMessage());
    } catch (StoreException e) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  private void check() {
    require(port >= 0 && port <= HIGHEST_BASE_PORT, "--port must be from 0 to 65532");
    require(
        timeoutMillis >= SHORTEST_TIMEOUT_MILLIS,
        "--timeout is in milliseconds and at least " + SHORTEST_TIMEOUT_MILLIS);
    require(filesGraceHours >= 0, "--files-grace-hours must be 0 or more");
    require(identity.isPossible(), IdentityOptions.IMPOSSIBLE);
    require(limits.isPossible(), LimitOptions.IMPOSSIBLE);
  }

  private void require(boolean condition, String text) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), text);
    }
  }

  private int serve() throws IOException, StoreException {
    Path folder = data == null ? DataFolder.sessions() : data;
    try (FolderLock lock = FolderLock.take(folder)) {
      return check || repair
          ? new CheckSessions(Codecs.with(new ZstdCompressor()), System.out).run(folder, repair)
          : serve(folder);
    }
  }

  private int serve(Path folder) throws IOException, StoreException {
    KnownPasswords known = known();
    Codecs codecs = Codecs.with(new ZstdCompressor());
    ServerIdentity own = identity.in(folder);
    Server server =
        new Server(
            GateSettings.standard(bind, port, own).with(limits.connections()),
            known,
            timeoutMillis,
            limits.sessions(),
            limits.joining(),
            new SqliteStores(folder, codecs.nodes(), durability),
            FileSettings.of(folder, limits.filesBytes(), filesGraceHours),
            codecs);
    int basePort = server.open();
    if (own == null) {
      LOG.info("serving on {} ports {} to {}", bind, basePort, basePort + 3);
      LOG.warn("nothing is encrypted (--plain): trust the LAN or VPN");
    } else {
      LOG.info("serving on {} port {}, encrypted", bind, basePort);
      LOG.info("the fingerprint of the certificate is {}", own.fingerprint().hex());
    }
    LOG.info("sessions in {}", folder);
    if (!known.hasAdmin()) {
      LOG.warn("no admin password is set, so nobody can initialise a session");
    }
    CountDownLatch ended = stopWithProcess(server);
    System.out.println(readyLine(basePort, own));
    System.out.flush();
    server.run();
    LOG.info("the server has stopped");
    ended.countDown();
    return 0;
  }

  private KnownPasswords known() {
    try {
      return passwords.known();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static String readyLine(int basePort, ServerIdentity own) {
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("ready", true);
    ready.put("port", (long) basePort);
    ready.put("pid", ProcessHandle.current().pid());
    ready.put("version", Version.current());
    ready.put("fingerprint", own == null ? "" : own.fingerprint().hex());
    return Json.write(ready);
  }

  /** Stops the server on SIGTERM, SIGINT and, with --parent, on the end of standard input. */
  private CountDownLatch stopWithProcess(Server server) {
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOnSignal(server, ended), "stop"));
    if (parent) {
      Thread watcher = new Thread(() -> stopWithInput(server), "parent");
      watcher.setDaemon(true);
      watcher.start();
    }
    return ended;
  }

  private static void stopOnSignal(Server server, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    server.stop();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0); // Else a signal would be told as an error.
  }

  private static void stopWithInput(Server server) {
    try {
      while (System.in.read() >= 0) {
        // Whatever comes in means that the parent lives.
      }
    } catch (IOException e) {
      LOG.debug("standard input: {}", e.getMessage());
    }
    server.stop();
  }

  private static int fail(String text) {
    System.err.println(text);
    return 1;
  }
}
