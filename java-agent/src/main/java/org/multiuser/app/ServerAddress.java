package org.multiuser.app;

/**
 * Where a server is, as somebody writes it: {@code HOST}, {@code HOST:PORT} or {@code [IPv6]:PORT}.
 */
record ServerAddress(String host, int port) {
  static final int DEFAULT_PORT = 5555;
  private static final int LAST_BASE_PORT = 65_532;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none, saying what one looks like
   */
  static ServerAddress parse(String text) {
    String host = text.strip();
    String port = "";
    int colon = host.lastIndexOf(':');
    boolean several = host.indexOf(':') != colon;
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      port = end >= 0 && host.startsWith("]:", end) ? host.substring(end + 2) : "";
      host = end >= 0 ? host.substring(1, end) : "";
    } else if (colon >= 0 && !several) {
      port = host.substring(colon + 1);
      host = host.substring(0, colon);
      if (port.isEmpty()) {
        throw wrong(text);
      }
    }
    if (host.isBlank() || host.chars().anyMatch(it -> it <= ' ')) {
      throw wrong(text);
    }
    return new ServerAddress(host, port.isEmpty() ? DEFAULT_PORT : number(port, text));
  }

  private static int number(String port, String text) {
    if (!port.matches("[0-9]{1,5}")) {
      throw wrong(text);
    }
    int number = Integer.parseInt(port);
    if (number < 1 || number > LAST_BASE_PORT) {
      throw wrong(text);
    }
    return number;
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no address of a server: write HOST or HOST:PORT, ports from 1 to 65532.");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
