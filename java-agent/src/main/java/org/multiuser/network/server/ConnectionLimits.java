package org.multiuser.network.server;

/**
 * How many connections the gate takes (SPEC LM4).
 *
 * @param perAddress at a time from one address
 * @param inAll at a time in all
 * @param newPerAddress new ones in a second from one address; eight times as many at once
 * @param newInAll new ones in a second in all; eight times as many at once
 */
public record ConnectionLimits(int perAddress, int inAll, int newPerAddress, int newInAll) {
  /**
   * Those of the protocol: all of 64 users may come back at once, 32 of them from behind one
   * address. A new connection with its handshakes costs the server 6 to 10 ms, so floods take a
   * third of a core at most.
   */
  public static final ConnectionLimits USUAL = new ConnectionLimits(256, 1024, 16, 32);
}
