package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.multiuser.app.operations.ControlPort;
import org.multiuser.app.operations.Invites;
import org.multiuser.app.operations.MetricsPort;
import org.multiuser.app.operations.Running;
import org.multiuser.app.operations.Shell;

/**
 * What a server has beside its artists: metrics, backups and a shell, as far as it is asked for.
 */
final class ServerCare implements AutoCloseable {
  private final Running server;
  private MetricsPort metrics;
  private ControlPort control;
  private Shell shell;

  ServerCare(Running server) {
    this.server = server;
  }

  /**
   * Opens the ports.
   *
   * @param ready what the ready line says; gets where the metrics are
   * @throws IOException if one cannot be opened; says what to do
   */
  void open(OperationsOptions options, Path folder, boolean parent, Map<String, Object> ready)
      throws IOException {
    try {
      openPorts(options, folder, parent, ready);
    } catch (IOException e) {
      server.stop();
      throw e;
    }
  }

  private void openPorts(
      OperationsOptions options, Path folder, boolean parent, Map<String, Object> ready)
      throws IOException {
    if (options.hasMetrics()) {
      metrics = new MetricsPort(server, Version.current());
      ready.put("metrics", (long) metrics.open(options.metricsBind(), options.metricsPort()));
    }
    if (!parent) { // A hosted server is backed up with its host's Blender closed.
      control = new ControlPort(server, folder, Version.made(), new SecureRandom());
      control.open();
    }
  }

  /** Takes commands from standard input; not before the ready line is out. */
  void startShell(Invites invites) {
    shell = Shell.start(server, invites, new ServerLog());
  }

  @Override
  public void close() throws IOException {
    if (shell != null) {
      shell.close();
    }
    if (metrics != null) {
      metrics.close();
    }
    if (control != null) {
      control.close();
    }
  }
}
