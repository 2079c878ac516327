package org.multiuser.app;

import java.util.Optional;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.network.trust.ServerTrust;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the agent's commands that join a session: which one, and how. */
final class JoinOptions {
  private static final int GREY = 0x808080;

  @Option(
      names = "--invite",
      paramLabel = "INVITE",
      description = "multiuser://HOST:PORT/SESSION?...: says all of what follows.")
  private String invite;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "HOST",
      description = "Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "5555",
      paramLabel = "PORT",
      description = "Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--session",
      paramLabel = "NAME",
      description = "Default: the invite's, or the command's own.")
  private String session;

  @Option(
      names = "--server-password",
      defaultValue = "${env:SERVER_PASSWORD:-}",
      paramLabel = "PASSWORD",
      description = "Also by the environment: SERVER_PASSWORD.")
  private String serverPassword;

  @Mixin private ProtectionOptions protection;
  @Mixin private TrustOptions trust;

  /**
   * How this user connects.
   *
   * @param sessionElse the session where none is given
   * @param adminPassword empty to be no admin, as is right for who only looks
   * @throws IllegalArgumentException if what was given can be no server
   */
  ConnectOptions as(String user, String sessionElse, String adminPassword) {
    Optional<Invite> invited = Optional.ofNullable(invite).map(Invite::parse);
    ServerAddress server =
        invited
            .map(Invite::address)
            .orElseGet(() -> new ServerAddress(host, port, protection.security()));
    String wanted = session != null ? session : invited.map(Invite::session).orElse("");
    return new ConnectOptions(
        server.host(),
        server.port(),
        wanted.isEmpty() ? sessionElse : wanted,
        user,
        GREY,
        serverPassword.isEmpty() ? invited.map(Invite::password).orElse("") : serverPassword,
        adminPassword,
        "",
        ConnectOptions.DEFAULT_TIMEOUT_MILLIS,
        server.security());
  }

  ServerTrust trust() {
    return trust.trust();
  }
}
