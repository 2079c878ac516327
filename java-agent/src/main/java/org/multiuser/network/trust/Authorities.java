package org.multiuser.network.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those whom this computer trusts to vouch for servers by name: the ones that Java knows, and a
 * studio's own. Read when they are needed for the first time. Any thread.
 */
public final class Authorities {
  private static final Logger LOG = LoggerFactory.getLogger(Authorities.class);

  private final Path own;
  private List<X509ExtendedTrustManager> read;

  /**
   * The authorities.
   *
   * @param own PEM certificates besides those that Java knows, or null
   */
  public Authorities(Path own) {
    this.own = own;
  }

  /**
   * Whether one of them vouches for this server under the name by which it was looked for.
   *
   * @param engine of the handshake, with the name and that it counts (HTTPS)
   */
  public boolean vouchFor(X509Certificate[] chain, String keyKind, SSLEngine engine) {
    for (X509ExtendedTrustManager one : all()) {
      try {
        one.checkServerTrusted(chain, keyKind, engine);
        return true;
      } catch (CertificateException e) {
        LOG.debug("nobody vouches for the certificate: {}", e.getMessage());
      }
    }
    return false;
  }

  private synchronized List<X509ExtendedTrustManager> all() {
    if (read == null) {
      List<X509ExtendedTrustManager> found = new ArrayList<>();
      try {
        if (own != null) {
          found.addAll(of(ownStore()));
        }
      } catch (IOException | GeneralSecurityException e) {
        LOG.warn("the certificates in {} cannot be used, so nobody is trusted by them", own, e);
      }
      try {
        found.addAll(of(null));
      } catch (GeneralSecurityException e) {
        LOG.warn("Java's own list of authorities cannot be read", e);
      }
      read = found;
    }
    return read;
  }

  private KeyStore ownStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(own)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("own " + store.size(), one);
      }
    }
    return store;
  }

  private static List<X509ExtendedTrustManager> of(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    List<X509ExtendedTrustManager> found = new ArrayList<>();
    for (TrustManager one : factory.getTrustManagers()) {
      if (one instanceof X509ExtendedTrustManager manager) {
        found.add(manager);
      }
    }
    return found;
  }
}
