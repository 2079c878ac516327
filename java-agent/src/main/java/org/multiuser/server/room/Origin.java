package org.multiuser.server.room;

/** Whom an address belongs to, as far as limits go. Pure. */
public final class Origin {
  private static final int GROUPS_OF_A_NETWORK = 4;

  private Origin() {}

  /**
   * The address itself; of an IPv6 address its network of 64 bits, for whoever has one address
   * there has them all.
   *
   * @param address as {@code InetAddress.getHostAddress} writes it: IPv6 in eight groups
   */
  public static String of(String address) {
    int end = -1;
    for (int i = 0; i < GROUPS_OF_A_NETWORK; i++) {
      end = address.indexOf(':', end + 1);
      if (end < 0) {
        return address;
      }
    }
    return address.substring(0, end) + "::/64";
  }
}
