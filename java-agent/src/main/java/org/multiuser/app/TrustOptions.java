package org.multiuser.app;

import java.nio.file.Path;
import java.util.Map;
import org.multiuser.network.trust.ServerTrust;
import picocli.CommandLine.Option;

/**
 * Options of the agent's commands: whom they take for servers (SPEC CH9). The agent beside Blender
 * has those of its environment.
 */
final class TrustOptions {
  private static final String KNOWN = "MULTI_USER_KNOWN_SERVERS";
  private static final String AUTHORITIES = "MULTI_USER_TRUST";

  @Option(
      names = "--known-servers",
      paramLabel = "FILE",
      description =
          "Where it is kept which certificates servers showed at first; by default known_servers"
              + " in the user's data folder. [env "
              + KNOWN
              + "]")
  private Path known;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description =
          "PEM certificates of those who may vouch for a server by its name, besides those whom"
              + " Java trusts. [env "
              + AUTHORITIES
              + "]")
  private Path authorities;

  /** What the environment says. */
  TrustOptions() {
    this(System.getenv());
  }

  TrustOptions(Map<String, String> environment) {
    String file = environment.getOrDefault(KNOWN, "");
    known = file.isEmpty() ? DataFolder.knownServers() : Path.of(file);
    String own = environment.getOrDefault(AUTHORITIES, "");
    authorities = own.isEmpty() ? null : Path.of(own);
  }

  /** Where it is kept what servers showed at first. */
  Path known() {
    return known;
  }

  ServerTrust trust() {
    return ServerTrust.of(known, authorities);
  }
}
