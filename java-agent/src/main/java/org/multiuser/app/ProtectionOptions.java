package org.multiuser.app;

import java.util.Map;
import org.multiuser.agent.Security;
import picocli.CommandLine.Option;

/** Options of the agent's commands: how the links are protected. */
final class ProtectionOptions {
  @Option(names = "--plain", description = "No encryption, for a server that was started so.")
  private boolean plain;

  @Option(
      names = "--fingerprint",
      defaultValue = "",
      paramLabel = "DIGITS",
      description = "The server's certificate has to have this fingerprint; no other is taken.")
  private String fingerprint;

  /**
   * What was asked for.
   *
   * @throws IllegalArgumentException if the fingerprint is none
   */
  Security security() {
    return Security.of(plain, fingerprint);
  }

  /** In place of what a script says. */
  void putInto(Map<String, Object> server) {
    if (plain) {
      server.put("plain", true);
    }
    if (!fingerprint.isEmpty()) {
      server.put("fingerprint", fingerprint);
    }
  }
}
