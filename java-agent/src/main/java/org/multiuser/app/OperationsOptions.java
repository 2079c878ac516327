package org.multiuser.app;

import java.nio.file.Path;
import java.util.List;
import org.multiuser.protocol.model.SessionName;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** Options of {@code serve} for whoever looks after the server. */
final class OperationsOptions {
  private static final int HIGHEST_PORT = 65_535;
  private static final int MOST_LOG_FILES = 20;
  private static final long MEGABYTE = 1L << 20;

  @Option(
      names = "--session",
      split = ",",
      defaultValue = "${env:SESSIONS:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "NAME",
      description =
          "A session that is there from the start, beside main; may be said several times, or with"
              + " commas. [env SESSIONS]")
  private List<String> sessions;

  @Option(
      names = "--log-file-megabytes",
      defaultValue = "${env:LOG_FILE_MEGABYTES:-10}",
      paramLabel = "SIZE",
      description = "How long the log file gets before a new one begins. [env LOG_FILE_MEGABYTES]")
  private int logFileMegabytes;

  @Option(
      names = "--log-files",
      defaultValue = "${env:LOG_FILES:-9}",
      paramLabel = "COUNT",
      description = "How many older log files are kept, packed: 1 to 20. [env LOG_FILES]")
  private int logFiles;

  @Option(
      names = "--metrics-port",
      defaultValue = "${env:METRICS_PORT:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "PORT",
      description =
          "Where GET /metrics (Prometheus) and GET /healthz are; 0 picks a free one, which the ready"
              + " line tells. Without it there are none. [env METRICS_PORT]")
  private String metricsPort;

  @Option(
      names = "--metrics-bind",
      defaultValue = "${env:METRICS_BIND:-127.0.0.1}",
      paramLabel = "ADDRESS",
      description =
          "The address of the metrics; whoever reaches it reads the sessions' names."
              + " [env METRICS_BIND]")
  private String metricsBind;

  @Option(
      names = "--no-shell",
      defaultValue = "${env:NO_SHELL:-false}",
      showDefaultValue = Help.Visibility.NEVER,
      description =
          "Take no commands from standard input, as for a job in the background. [env NO_SHELL]")
  private boolean noShell;

  @Option(
      names = "--backup",
      paramLabel = "FILE",
      description =
          "Back up the sessions of --data instead of serving, also while a server runs there.")
  private Path backup;

  @Option(
      names = "--restore",
      paramLabel = "FILE",
      description = "Restore a backup into --data, which has to be empty, and verify it.")
  private Path restore;

  /** What is wrong with them, empty if nothing is. */
  String fault() {
    if (logFileMegabytes < 1) {
      return "--log-file-megabytes must be 1 or more";
    }
    if (logFiles < 1 || logFiles > MOST_LOG_FILES) {
      return "--log-files must be from 1 to 20";
    }
    if (!sessions().stream().allMatch(SessionName::isOne)) {
      return "--session takes names of 1 to 64 letters, digits, _ and -";
    }
    if (backup != null && restore != null) {
      return "--backup and --restore do not go together";
    }
    return isPort() ? "" : "--metrics-port must be from 0 to 65535";
  }

  private boolean isPort() {
    try {
      return metricsPort.isBlank() || (metricsPort() >= 0 && metricsPort() <= HIGHEST_PORT);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  List<String> sessions() {
    return sessions.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
  }

  long logFileBytes() {
    return logFileMegabytes * MEGABYTE;
  }

  int logFiles() {
    return logFiles;
  }

  boolean hasMetrics() {
    return !metricsPort.isBlank();
  }

  int metricsPort() {
    return Integer.parseInt(metricsPort.strip());
  }

  String metricsBind() {
    return metricsBind;
  }

  boolean hasShell() {
    return !noShell;
  }

  /** The file to back up to, or null. */
  Path backup() {
    return backup;
  }

  /** The backup to restore, or null. */
  Path restore() {
    return restore;
  }
}
