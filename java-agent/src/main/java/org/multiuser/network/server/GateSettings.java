package org.multiuser.network.server;

/**
 * What the gate allows.
 *
 * @param bind the address it listens on
 * @param port the base port; 0 picks four free ones
 * @param maxPerAddress connections from one address (SPEC LM4)
 * @param maxConnections connections in all (SPEC LM4)
 * @param halfOpenMillis how long a link may take to complete the handshake (SPEC CH5)
 */
public record GateSettings(
    String bind, int port, int maxPerAddress, int maxConnections, int halfOpenMillis) {
  /** The limits of the protocol. */
  public static GateSettings standard(String bind, int port) {
    return new GateSettings(bind, port, 256, 1024, 10_000);
  }
}
