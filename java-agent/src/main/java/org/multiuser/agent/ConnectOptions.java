package org.multiuser.agent;

/**
 * Where to connect and as whom (BR9).
 *
 * @param port the base port; the other channels follow it (SPEC CH1)
 * @param colour 0xRRGGBB
 * @param serverPassword empty for none
 * @param adminPassword empty for none
 * @param blenderVersion major.minor, empty for the standalone agent
 * @param timeoutMillis how long links may take until they stand, and how long a lost one is tried
 *     again before the session ends
 */
public record ConnectOptions(
    String host,
    int port,
    String session,
    String userName,
    int colour,
    String serverPassword,
    String adminPassword,
    String blenderVersion,
    int timeoutMillis) {
  /** How long a lost link is tried again where nothing else is said. */
  public static final int DEFAULT_TIMEOUT_MILLIS = 60_000;

  public ConnectOptions {
    if (host.isBlank() || port < 1 || port > 65_532) {
      throw new IllegalArgumentException(
          "the server address needs a host name and a port from 1 to 65532, not '"
              + host
              + ":"
              + port
              + "'");
    }
  }
}
