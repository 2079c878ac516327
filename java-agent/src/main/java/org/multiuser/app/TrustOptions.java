package org.multiuser.app;

import java.nio.file.Path;
import org.multiuser.network.trust.ServerTrust;
import picocli.CommandLine.Option;

/** Options of the agent's commands: whom they take for servers (SPEC CH9). */
final class TrustOptions {
  @Option(
      names = "--known-servers",
      defaultValue = "${env:MULTI_USER_KNOWN_SERVERS:-}",
      paramLabel = "FILE",
      description =
          "Where it is kept which certificates servers showed at first; by default known_servers"
              + " in the user's data folder. [env MULTI_USER_KNOWN_SERVERS]")
  private String known;

  @Option(
      names = "--trust",
      defaultValue = "${env:MULTI_USER_TRUST:-}",
      paramLabel = "FILE",
      description =
          "PEM certificates of those who may vouch for a server by its name, besides those whom"
              + " Java trusts. [env MULTI_USER_TRUST]")
  private String authorities;

  /** Where it is kept what servers showed at first. */
  Path known() {
    return known.isEmpty() ? DataFolder.knownServers() : Path.of(known);
  }

  ServerTrust trust() {
    return ServerTrust.of(known(), authorities.isEmpty() ? null : Path.of(authorities));
  }
}
