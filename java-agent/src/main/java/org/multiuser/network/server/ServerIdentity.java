package org.multiuser.network.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.multiuser.network.Alpn;
import org.multiuser.network.TlsEngines;
import org.multiuser.protocol.file.Digest;

/**
 * What a server proves to be itself with: a private key, and the certificates for it (SPEC CH8).
 * Immutable; any thread.
 */
public final class ServerIdentity {
  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "Ed25519");

  private final SSLContext context;
  private final Digest fingerprint;

  private ServerIdentity(PrivateKey key, X509Certificate... chain)
      throws GeneralSecurityException, IOException {
    char[] none = new char[0];
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, none);
    store.setKeyEntry("server", key, none, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, none);
    context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    fingerprint = Digest.ofContent(chain[0].getEncoded());
  }

  /**
   * That of these files.
   *
   * @param certificate PEM: the server's certificate, then those that vouch for it, if any
   * @param key PEM: its private key as PKCS#8, not encrypted; may be the same file
   * @throws IOException if they are no good; says what to do
   */
  public static ServerIdentity read(Path certificate, Path key) throws IOException {
    X509Certificate[] chain = certificates(certificate, text(certificate));
    PrivateKey secret = key(key, text(key));
    try {
      if (!belong(secret, chain[0])) {
        throw new IOException(
            "the key in " + key + " is not that of the first certificate in " + certificate);
      }
      return new ServerIdentity(secret, chain);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the certificate in " + certificate + " cannot be used (" + e.getMessage() + ")", e);
    }
  }

  /** The SHA-256 of the certificate's DER: by it clients know the server. */
  public Digest fingerprint() {
    return fingerprint;
  }

  /** A fresh engine for one connection, with all channels. */
  SSLEngine engine() {
    return TlsEngines.with(context.createSSLEngine(), false, Alpn.names());
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read (" + e + "); name a PEM file", e);
    }
  }

  private static X509Certificate[] certificates(Path file, String text) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] one : Pem.blocks(text, Pem.CERTIFICATE)) {
        chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(one)));
      }
    } catch (CertificateException e) {
      throw new IOException("a certificate in " + file + " is damaged", e);
    }
    if (chain.isEmpty()) {
      throw new IOException(
          "there is no certificate in " + file + "; it needs a BEGIN CERTIFICATE block (PEM)");
    }
    return chain.toArray(X509Certificate[]::new);
  }

  private static PrivateKey key(Path file, String text) throws IOException {
    List<byte[]> found = Pem.blocks(text, Pem.KEY);
    for (byte[] one : found) {
      for (String kind : KEY_KINDS) {
        Optional<PrivateKey> key = key(kind, one);
        if (key.isPresent()) {
          return key.get();
        }
      }
    }
    throw new IOException(
        "there is no key in "
            + file
            + " that can be used; it needs a BEGIN PRIVATE KEY block, which this makes of another"
            + " form: openssl pkcs8 -topk8 -nocrypt -in KEY -out FILE");
  }

  /** A key of this kind, empty if the bytes are none. */
  private static Optional<PrivateKey> key(String kind, byte[] bytes) throws IOException {
    try {
      return Optional.of(
          KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(bytes)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this Java knows no " + kind + " keys", e);
    }
  }

  private static boolean belong(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String kind = key.getAlgorithm();
    if (!kind.equals(certificate.getPublicKey().getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            switch (kind) {
              case "EC" -> "SHA256withECDSA";
              case "RSA" -> "SHA256withRSA";
              default -> kind;
            });
    byte[] some = "Multi-User".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(some);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(some);
    return signature.verify(signed);
  }
}
