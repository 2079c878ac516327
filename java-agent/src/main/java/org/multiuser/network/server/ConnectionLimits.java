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
   * Those of the protocol: a server of 64 users, all of whom may come back at once from behind one
   * address, and whose handshakes take a quarter of a core at most.
   */
  public static final ConnectionLimits USUAL = new ConnectionLimits(256, 1024, 32, 256);
}
