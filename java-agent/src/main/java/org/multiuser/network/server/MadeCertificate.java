package org.multiuser.network.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The certificate of a server that brings none (SPEC CH8): made at the first start by Java's own
 * keytool, signed by itself, and kept with its key in one file that its owner alone can read.
 */
public final class MadeCertificate {
  private static final String PASSWORD = "MULTI_USER_STORE_PASSWORD";
  private static final String STORE = "made.p12";
  private static final String ALIAS = "server";

  /** A century: what counts is that it stays the same, not who vouches for it. */
  private static final int VALID_DAYS = 36_500;

  private static final int MAKING_SECONDS = 60;
  private static final int PASSWORD_BYTES = 16;

  private final Path javaHome;
  private final SecureRandom random;

  /**
   * What makes certificates.
   *
   * @param javaHome the Java whose keytool is used
   */
  public MadeCertificate(Path javaHome, SecureRandom random) {
    this.javaHome = javaHome;
    this.random = random;
  }

  /**
   * What is kept in a file; made if there is none. Waits for a second if it has to be made.
   *
   * @param file PEM: certificate and key
   * @throws IOException if it can neither be read nor made; says what to do
   */
  public ServerIdentity in(Path file) throws IOException {
    if (Files.notExists(file)) {
      make(file);
    }
    return ServerIdentity.read(file, file);
  }

  private void make(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path work = Files.createTempDirectory(folder, "certificate");
    try {
      byte[] password = new byte[PASSWORD_BYTES];
      random.nextBytes(password);
      String secret = HexFormat.of().formatHex(password);
      keytool(work.resolve(STORE), secret);
      Path made = Files.createFile(work.resolve("made.pem"), ownerOnly());
      Files.writeString(made, pem(work.resolve(STORE), secret.toCharArray()));
      try (FileChannel written = FileChannel.open(made, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(work.resolve(STORE));
      Files.deleteIfExists(work.resolve("made.pem"));
      Files.deleteIfExists(work);
    }
  }

  /** The password goes by the environment: the command line can be read by everybody. */
  private void keytool(Path store, String password) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                javaHome.resolve("bin").resolve("keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-dname",
                "CN=Multi-User",
                "-validity",
                Integer.toString(VALID_DAYS),
                "-storetype",
                "PKCS12",
                "-storepass:env",
                PASSWORD,
                "-keystore",
                store.toString()));
    builder.environment().put(PASSWORD, password);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      if (!process.waitFor(MAKING_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool failed");
      }
    } catch (IOException e) {
      throw new IOException(
          "no certificate could be made, as "
              + builder.command().get(0)
              + " did not run ("
              + e.getMessage()
              + "): install a complete Java, bring a certificate with --certificate and --key, or"
              + " serve without encryption with --plain",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String pem(Path store, char[] password) throws IOException {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore read = KeyStore.getInstance("PKCS12");
      read.load(in, password);
      Key key = read.getKey(ALIAS, password);
      return Pem.block(Pem.CERTIFICATE, read.getCertificate(ALIAS).getEncoded())
          + Pem.block(Pem.KEY, key.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException("what keytool made cannot be read", e);
    }
  }

  /** On Windows the folder's own rules hold: it lies below the user's. */
  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
