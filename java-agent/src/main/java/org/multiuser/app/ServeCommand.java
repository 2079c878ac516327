package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.multiuser.app.operations.BackupCommand;
import org.multiuser.app.operations.Invites;
import org.multiuser.bridge.Json;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.ServerIdentity;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.LogLine;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.FolderLock;
import org.multiuser.server.storage.SqliteStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: runs a session server until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Runs a session server until Ctrl+C, SIGTERM or the shell's exit. All sessions are kept.",
      "Each option can also be a line of the file that --config names, and those with [env NAME] a"
          + " variable of the environment."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    showDefaultValues = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    exitCodeListHeading = "%n@|bold Exit codes|@%n",
    exitCodeList = {
      "0:the server was told to stop and did so in order; or what was asked for is done",
      "1:it could not serve, or what was asked for could not be done; stderr says why",
      "2:an option, the configuration or the data folder is no good; stderr says which",
    })
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
      defaultValue = "${env:BIND:-0.0.0.0}",
      paramLabel = "ADDRESS",
      description = "The address to listen on. [env BIND]")
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
      defaultValue = "${env:LOG_FILE:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "FILE",
      description = "Log to this file too. [env LOG_FILE]")
  private String logFile;

  @Option(
      names = "--data",
      defaultValue = "${env:DATA:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "FOLDER",
      description = "Where the sessions are kept; by default the user's data folder. [env DATA]")
  private String data;

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
  @Mixin private OperationsOptions operations;
  @Mixin private ConfigOptions config;

  @Mixin private LimitOptions limits;

  @Option(names = "--parent", description = "End when standard input is closed.")
  private boolean parent;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    config.apply(spec);
    try {
      check();
    } catch (ParameterException e) {
      throw config.located(e);
    }
    try {
      Logging.setLevel(logLevel);
      if (!logFile.isEmpty()) {
        ServerLog.alsoTo(Path.of(logFile), operations.logFileBytes(), operations.logFiles());
      }
    } catch (IOException e) {
      return fail(
          "the log file "
              + logFile
              + " cannot be written to ("
              + e.getMessage()
              + "); choose another one");
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
    require(operations.fault().isEmpty(), operations.fault());
  }

  private void require(boolean condition, String text) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), text);
    }
  }

  private int serve() throws IOException, StoreException {
    Path folder = data.isEmpty() ? DataFolder.sessions() : Path.of(data);
    if (operations.backup() != null || operations.restore() != null) {
      return backUpOrRestore(folder);
    }
    try (FolderLock lock = FolderLock.take(folder)) {
      return check || repair
          ? new CheckSessions(Codecs.with(new ZstdCompressor()), System.out).run(folder, repair)
          : serve(folder);
    }
  }

  private int backUpOrRestore(Path folder) throws IOException, StoreException {
    Codecs codecs = Codecs.with(new ZstdCompressor());
    BackupCommand command = new BackupCommand(folder, codecs, Version.made());
    if (operations.backup() != null) {
      System.out.println("backed up " + command.backUp(operations.backup()));
      return CommandLine.ExitCode.OK;
    }
    System.out.println("restored " + command.restore(operations.restore()));
    return new CheckSessions(codecs, System.out).run(folder, false);
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
    int basePort = server.open(operations.sessions());
    CountDownLatch ended = new CountDownLatch(1);
    try (ServerCare care = new ServerCare(server)) {
      tellStarted(folder, basePort, own, known.hasAdmin());
      stopWithProcess(server, ended);
      begin(care, folder, basePort, own);
      server.run();
    } finally {
      LOG.info("{}", LogLine.of("server.stopped"));
      ended.countDown();
    }
    return 0;
  }

  private KnownPasswords known() {
    try {
      return passwords.known();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void tellStarted(Path folder, int basePort, ServerIdentity own, boolean hasAdmin) {
    LogLine started = LogLine.of("server.started").with("bind", bind).with("port", basePort);
    if (own == null) {
      LOG.warn("nothing is encrypted (--plain): trust the LAN or VPN");
    } else {
      started.with("fingerprint", own.fingerprint().hex());
    }
    LOG.info("{}", started.with("data", folder).with("version", Version.current()));
    if (!hasAdmin) {
      LOG.warn("no admin password is set, so nobody can initialise a session");
    }
  }

  private void begin(ServerCare care, Path folder, int basePort, ServerIdentity own)
      throws IOException {
    Map<String, Object> ready = ready(basePort, own);
    care.open(operations, folder, parent, ready);
    System.out.println(Json.write(ready));
    System.out.flush();
    if (!parent && operations.hasShell()) {
      String digits = own == null ? "" : own.fingerprint().hex();
      care.startShell(new Invites(bind, basePort, digits, passwords.server()));
    }
  }

  private static Map<String, Object> ready(int basePort, ServerIdentity own) {
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("ready", true);
    ready.put("port", (long) basePort);
    ready.put("pid", ProcessHandle.current().pid());
    ready.put("version", Version.current());
    ready.put("fingerprint", own == null ? "" : own.fingerprint().hex());
    return ready;
  }

  /** Stops the server on SIGTERM, SIGINT and, with --parent, on the end of standard input. */
  private void stopWithProcess(Server server, CountDownLatch ended) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOnSignal(server, ended), "stop"));
    if (parent) {
      Thread watcher = new Thread(() -> stopWithInput(server), "parent");
      watcher.setDaemon(true);
      watcher.start();
    }
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
