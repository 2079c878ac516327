package org.multiuser.network.server;

import java.io.IOException;
import java.net.ServerSocket;

/** Proposes base ports that may be free. */
final class FreePorts {
  private static final int HIGHEST_BASE = 65_532;

  private FreePorts() {}

  /**
   * A base port that the system thinks free just now; the three behind it may not be.
   *
   * @throws IOException if the system has none
   */
  static int candidate() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return Math.min(probe.getLocalPort(), HIGHEST_BASE);
    }
  }
}
