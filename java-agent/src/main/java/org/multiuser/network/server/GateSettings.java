package org.multiuser.network.server;

import org.multiuser.protocol.message.Channel;

/**
 * What the gate allows.
 *
 * @param bind the address it listens on
 * @param port the port, or without encryption the first of four; 0 picks free ones
 * @param limits how many connections it takes (SPEC LM4)
 * @param halfOpenMillis how long a link may take to complete the handshakes (SPEC CH5)
 * @param identity what it encrypts with, or null for four ports without encryption
 */
public record GateSettings(
    String bind, int port, ConnectionLimits limits, int halfOpenMillis, ServerIdentity identity) {
  /** The limits of the protocol, encrypted. */
  public static GateSettings standard(String bind, int port, ServerIdentity identity) {
    return new GateSettings(bind, port, ConnectionLimits.USUAL, 10_000, identity);
  }

  /** The limits of the protocol, without encryption. */
  public static GateSettings plain(String bind, int port) {
    return standard(bind, port, null);
  }

  /** The same with other limits. */
  public GateSettings with(ConnectionLimits other) {
    return new GateSettings(bind, port, other, halfOpenMillis, identity);
  }

  /** How many ports in a row it listens on. */
  int ports() {
    return identity == null ? Channel.values().length : 1;
  }
}
