package org.multiuser.network;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** What both sides ask of TLS (SPEC CH7): version 1.3 alone, and the channel by ALPN. */
public final class TlsEngines {
  private static final String[] VERSIONS = {"TLSv1.3"};

  /** The one that costs least comes first: both are beyond doubt (docs/benchmarks.md). */
  private static final String[] CIPHERS = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
  };

  private TlsEngines() {}

  /**
   * Sets an engine up, before its handshake.
   *
   * @param channelNames what a client asks for, or what a server has
   */
  public static SSLEngine with(SSLEngine engine, boolean isClient, String... channelNames) {
    engine.setUseClientMode(isClient);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setCipherSuites(CIPHERS);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setApplicationProtocols(channelNames);
    if (isClient) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS"); // where it is asked (ServerCheck)
    }
    engine.setSSLParameters(parameters);
    return engine;
  }
}
