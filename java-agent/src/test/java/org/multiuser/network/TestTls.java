package org.multiuser.network;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.multiuser.protocol.file.Digest;

/** Certificates and TLS sockets for tests, of the JDK alone. */
public final class TestTls {
  private static final char[] PASSWORD = "password".toCharArray();

  private TestTls() {}

  /**
   * A certificate that was made for a test.
   *
   * @param certificate PEM
   * @param key PEM
   */
  public record Made(Path certificate, Path key, KeyStore store, Digest fingerprint) {}

  /** Makes one, signed by itself; {@code more} are options of keytool. */
  public static Made make(Path folder, String name, String... more) throws Exception {
    Path store = folder.resolve(name + ".p12");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString()));
    command.addAll(more.length > 0 ? List.of(more) : List.of("-keyalg", "EC"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(said);
    }
    KeyStore read = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      read.load(in, PASSWORD);
    }
    byte[] der = read.getCertificate(name).getEncoded();
    Path certificate = pem(folder.resolve(name + ".pem"), "CERTIFICATE", der);
    Path key =
        pem(folder.resolve(name + ".key"), "PRIVATE KEY", read.getKey(name, PASSWORD).getEncoded());
    return new Made(certificate, key, read, Digest.ofContent(der));
  }

  private static Path pem(Path file, String label, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
  }

  /** A listening socket that does nothing by itself; without names it does not know ALPN. */
  public static SSLServerSocket listen(Made made, String version, String... names)
      throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(made.store(), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(names);
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** A connected socket before its handshake, which takes whatever certificate comes. */
  public static SSLSocket connect(int port, String version, String... names)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(names);
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyKind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyKind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
