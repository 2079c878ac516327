package org.multiuser.network.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.TestTls;

@DisplayName("[CH8] A server's certificate")
class ServerIdentityTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("is made at the first start for its owner's eyes alone, and stays the same")
  void made() throws Exception {
    Path file = folder.resolve("data").resolve("certificate.pem");
    MadeCertificate maker = new MadeCertificate(javaHome(), new SecureRandom());
    ServerIdentity first = maker.in(file);
    assertEquals(first.fingerprint(), maker.in(file).fingerprint());
    assertEquals(64, first.fingerprint().hex().length());
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertEquals(List.of(file), left.toList(), "nothing else is left");
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    assertNotEquals(
        first.fingerprint(), maker.in(folder.resolve("other.pem")).fingerprint(), "its own");
  }

  @Test
  @DisplayName("cannot be made without keytool: said with the three ways out")
  void noKeytool() throws Exception {
    MadeCertificate maker = new MadeCertificate(folder, new SecureRandom());
    Path file = folder.resolve("certificate.pem");
    String text = assertThrows(IOException.class, () -> maker.in(file)).getMessage();
    assertTrue(text.contains("keytool"), text);
    assertTrue(text.contains("--certificate") && text.contains("--plain"), text);
    assertTrue(Files.notExists(file));
  }

  @Test
  @DisplayName("may be one's own, of elliptic curves, RSA or Ed25519, in one file or two")
  void own() throws Exception {
    for (String kind : List.of("EC", "RSA", "Ed25519")) {
      TestTls.Made own = TestTls.make(folder, kind, "-keyalg", kind);
      assertEquals(
          own.fingerprint(), ServerIdentity.read(own.certificate(), own.key()).fingerprint());
      Path both = folder.resolve(kind + ".both");
      Files.writeString(both, Files.readString(own.key()) + Files.readString(own.certificate()));
      assertEquals(own.fingerprint(), ServerIdentity.read(both, both).fingerprint());
    }
  }

  @Test
  @DisplayName("that is no good is refused with what to do")
  void wrong() throws Exception {
    TestTls.Made own = TestTls.make(folder, "own");
    TestTls.Made other = TestTls.make(folder, "other");
    TestTls.Made rsa = TestTls.make(folder, "rsa", "-keyalg", "RSA");
    refused(own.certificate(), other.key(), "is not that of the first certificate");
    refused(own.certificate(), rsa.key(), "is not that of the first certificate");
    refused(own.key(), own.key(), "BEGIN CERTIFICATE");
    refused(own.certificate(), own.certificate(), "openssl pkcs8");
    refused(folder.resolve("none.pem"), own.key(), "cannot be read");
    refused(own.certificate(), folder, "cannot be read");
    Path text = Files.writeString(folder.resolve("text"), "no PEM");
    refused(text, own.key(), "BEGIN CERTIFICATE");
    String pem = Files.readString(own.certificate());
    Path damaged = folder.resolve("damaged.pem");
    Files.writeString(damaged, pem.substring(0, 100) + "AAAA" + pem.substring(104));
    refused(damaged, own.key(), "");
    Files.writeString(damaged, pem.substring(0, 200));
    refused(damaged, own.key(), "BEGIN CERTIFICATE");
    Path encrypted =
        Files.writeString(
            folder.resolve("encrypted"),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    refused(own.certificate(), encrypted, "-nocrypt");
  }

  private static void refused(Path certificate, Path key, String why) {
    String text =
        assertThrows(IOException.class, () -> ServerIdentity.read(certificate, key)).getMessage();
    assertTrue(text.contains(why), text);
  }

  private static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }
}
