package org.multiuser.app;

import org.multiuser.agent.ConnectOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the agent's commands that join one session: which one, and how. */
final class JoinOptions {
  private static final int GREY = 0x808080;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(names = "--port", defaultValue = "5555", description = "Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--session", defaultValue = "main", description = "Default: ${DEFAULT-VALUE}.")
  private String session;

  @Option(
      names = "--server-password",
      defaultValue = "${env:SERVER_PASSWORD:-}",
      description = "Also by the environment: SERVER_PASSWORD.")
  private String serverPassword;

  @Mixin private ProtectionOptions protection;

  /** Which session it is. */
  String session() {
    return session;
  }

  /**
   * How to join.
   *
   * @param adminPassword empty to be no admin
   * @throws IllegalArgumentException if the address cannot be one; says what one looks like
   */
  ConnectOptions as(String user, String adminPassword) {
    return new ConnectOptions(
        host,
        port,
        session,
        user,
        GREY,
        serverPassword,
        adminPassword,
        "",
        ConnectOptions.DEFAULT_TIMEOUT_MILLIS,
        protection.security());
  }
}
