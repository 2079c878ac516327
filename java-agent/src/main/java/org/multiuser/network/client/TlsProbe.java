package org.multiuser.network.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.multiuser.network.Alpn;
import org.multiuser.protocol.message.Channel;

/** Finds out whether a server encrypts, where a link in clear was ended. Any thread; it waits. */
final class TlsProbe {
  private TlsProbe() {}

  /**
   * Whether what listens there agrees on encryption. Nothing is sent beyond that, so it does not
   * matter who it is.
   *
   * @param timeoutMillis how long each of reaching it and its answer may take
   */
  static boolean encrypts(String host, int port, int timeoutMillis) {
    try (Socket socket = new Socket()) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      socket.connect(new InetSocketAddress(host, port), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, false);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {Alpn.name(Channel.COMMANDS)});
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return true;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What a link in clear should say instead of this, if the server is one that encrypts. */
  static String explain(String host, int port, int timeoutMillis, String otherwise) {
    return Optional.of(ServerCheck.address(host, port))
        .filter(address -> encrypts(host, port, timeoutMillis))
        .map(Words::encryptedServer)
        .orElse(otherwise);
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
