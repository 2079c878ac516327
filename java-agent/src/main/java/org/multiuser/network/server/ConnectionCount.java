package org.multiuser.network.server;

import java.util.HashMap;
import java.util.Map;

/** Counts connections by address (SPEC LM4). Safe for several threads. */
final class ConnectionCount {
  private final int maxPerAddress;
  private final int maxInAll;
  private final Map<String, Integer> byAddress = new HashMap<>();
  private int inAll;

  ConnectionCount(int maxPerAddress, int maxInAll) {
    this.maxPerAddress = maxPerAddress;
    this.maxInAll = maxInAll;
  }

  /** Counts one more; false if there are too many already, then it is not counted. */
  synchronized boolean add(String address) {
    if (inAll >= maxInAll || byAddress.getOrDefault(address, 0) >= maxPerAddress) {
      return false;
    }
    inAll++;
    byAddress.merge(address, 1, Integer::sum);
    return true;
  }

  /** Counts one less. */
  synchronized void remove(String address) {
    inAll--;
    byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }
}
