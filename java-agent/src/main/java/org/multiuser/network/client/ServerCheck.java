package org.multiuser.network.client;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.multiuser.network.Alpn;
import org.multiuser.network.TlsEngines;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.network.trust.Trust;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.Channel;

/**
 * Looks at the certificate of one connection (SPEC CH9). What is remembered is so only once the
 * server proved that the certificate is its own, and that it knows the channels. Used by the
 * connection's event loop.
 */
final class ServerCheck extends X509ExtendedTrustManager {
  private static final X509Certificate[] NOBODY = new X509Certificate[0];

  private final ServerTrust trust;
  private final String host;
  private final int port;
  private final Optional<Digest> told;
  private final boolean remembers;
  private Digest shown;
  private boolean isFirst;

  /** The server was refused; the message is for the user. */
  static final class Refused extends CertificateException {
    private static final long serialVersionUID = 1;

    Refused(String text) {
      super(text);
    }
  }

  /**
   * A check of a server that is looked for there.
   *
   * @param told the fingerprint that it is to have, if anybody said so
   * @param remembers whether one that is met for the first time is known from then on
   */
  ServerCheck(ServerTrust trust, String host, int port, Optional<Digest> told, boolean remembers) {
    this.trust = trust;
    this.host = host;
    this.port = port;
    this.told = told;
    this.remembers = remembers;
  }

  /** An engine for this one connection. */
  SSLEngine engine(Channel channel) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {this}, null);
    return TlsEngines.with(context.createSSLEngine(host, port), true, Alpn.name(channel));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyKind, SSLEngine engine)
      throws CertificateException {
    shown = Digest.ofContent(chain[0].getEncoded());
    Trust.Verdict verdict =
        Trust.judge(
            address(host, port),
            shown,
            told,
            known(),
            () -> trust.authorities().vouchFor(chain, keyKind, engine));
    if (verdict instanceof Trust.Refused refused) {
      throw new Refused(refused.text());
    }
    isFirst = ((Trust.Accepted) verdict).isFirst();
  }

  private Optional<Digest> known() throws Refused {
    try {
      return trust.known().at(address(host, port));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The server proved itself: from now on it is known.
   *
   * @return what the user should hear of it
   * @throws Refused if another one was met there meanwhile
   */
  Optional<String> proved() throws Refused {
    if (!isFirst || !remembers) {
      return Optional.empty();
    }
    String address = address(host, port);
    try {
      Digest kept = trust.known().remember(address, shown);
      Trust.Verdict verdict =
          Trust.judge(address, shown, Optional.empty(), Optional.of(kept), () -> false);
      if (verdict instanceof Trust.Refused refused) {
        throw new Refused(refused.text());
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return Optional.of(Trust.firstTime(address, shown));
  }

  private static Refused unreadable(IOException cause) {
    Refused refused =
        new Refused(
            "The list of known servers cannot be read or written ("
                + cause.getMessage()
                + "), so nobody knows whether this is the right server. Repair or delete the file"
                + " known_servers in the data folder.");
    refused.initCause(cause);
    return refused;
  }

  /** A server's address, as it is written and remembered. */
  static String address(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyKind, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are used");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyKind)
      throws CertificateException {
    throw new CertificateException("only engines are used");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyKind, Socket socket)
      throws CertificateException {
    throw new CertificateException("a client has no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyKind, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a client has no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyKind)
      throws CertificateException {
    throw new CertificateException("a client has no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NOBODY;
  }
}
