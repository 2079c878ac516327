package org.multiuser.agent;

/**
 * Where to connect and as whom (BR9).
 *
 * @param port the base port: all channels, or without encryption the first of four (SPEC CH1)
 * @param colour 0xRRGGBB
 * @param serverPassword empty for none
 * @param adminPassword empty for none
 * @param blenderVersion major.minor, empty for the standalone agent
 * @param timeoutMillis after so long without a link the user is told that the server has given up
 *     on them (SPEC HB4); it is tried again all the same
 * @param security how the links are protected
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
    int timeoutMillis,
    Security security) {
  /** What a server waits where nothing else is said (SPEC HB4). */
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

  /** The same, protected in this way. */
  public ConnectOptions with(Security other) {
    return new ConnectOptions(
        host,
        port,
        session,
        userName,
        colour,
        serverPassword,
        adminPassword,
        blenderVersion,
        timeoutMillis,
        other);
  }
}
