package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.multiuser.network.server.MadeCertificate;
import org.multiuser.network.server.ServerIdentity;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** Options of {@code serve}: what it proves to be itself with (SPEC CH8), or that it does not. */
final class IdentityOptions {
  static final String IMPOSSIBLE =
      "--certificate and --key go together, and neither with --plain or --made-certificate";

  private static final String MADE = "server-certificate.pem";

  @Option(
      names = "--certificate",
      defaultValue = "${env:CERTIFICATE:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "FILE",
      description =
          "Your own certificate and those that vouch for it (PEM); without it one is made at the"
              + " first start. [env CERTIFICATE]")
  private String certificate;

  @Option(
      names = "--key",
      defaultValue = "${env:CERTIFICATE_KEY:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "FILE",
      description = "Its private key (PEM, PKCS#8, not encrypted). [env CERTIFICATE_KEY]")
  private String key;

  @Option(
      names = "--made-certificate",
      paramLabel = "FILE",
      description =
          "Where the certificate is kept that is made; by default " + MADE + " in --data.")
  private Path made;

  @Option(
      names = "--plain",
      defaultValue = "${env:PLAIN:-false}",
      showDefaultValue = Help.Visibility.NEVER,
      description = "No encryption, on four ports, for a trusted LAN or VPN. [env PLAIN]")
  private boolean plain;

  boolean isPossible() {
    boolean brings = !certificate.isEmpty();
    return brings != key.isEmpty() && !(brings && (plain || made != null));
  }

  /**
   * What it proves to be itself with, or null if it does not encrypt.
   *
   * @param folder where it keeps what it makes
   * @throws IOException if that cannot be read or made; says what to do
   */
  ServerIdentity in(Path folder) throws IOException {
    if (plain) {
      return null;
    }
    if (!certificate.isEmpty()) {
      return ServerIdentity.read(Path.of(certificate), Path.of(key));
    }
    Path javaHome = Path.of(System.getProperty("java.home"));
    return new MadeCertificate(javaHome, new SecureRandom())
        .in(made == null ? folder.resolve(MADE) : made);
  }
}
