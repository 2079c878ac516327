package org.multiuser.app;

import java.net.URI;
import java.net.URISyntaxException;
import org.multiuser.agent.Security;

/**
 * Where a server is, as somebody writes it: {@code HOST}, {@code HOST:PORT} or {@code [IPv6]:PORT},
 * or an invite: {@code multiuser://HOST:PORT/SESSION?fp=FINGERPRINT&plain=1}.
 *
 * @param security how it is protected: encrypted unless an invite says something else
 */
record ServerAddress(String host, int port, Security security) {
  static final int DEFAULT_PORT = 5555;
  private static final int LAST_BASE_PORT = 65_532;
  private static final String SCHEME = "multiuser://";

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none, saying what one looks like
   */
  static ServerAddress parse(String text) {
    String stripped = text.strip();
    return stripped.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? invite(stripped, text)
        : parse(stripped, text, Security.ENCRYPTED);
  }

  private static ServerAddress invite(String invite, String text) {
    try {
      URI uri = new URI(invite);
      boolean plain = false;
      String fingerprint = "";
      String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
      for (String part : query.split("&")) {
        plain |= part.equals("plain=1");
        fingerprint = part.startsWith("fp=") ? part.substring(3) : fingerprint;
      }
      String authority = uri.getRawAuthority();
      return parse(authority == null ? "" : authority, text, Security.of(plain, fingerprint));
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
  }

  private static ServerAddress parse(String place, String text, Security security) {
    String host = place;
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
    int number = port.isEmpty() ? DEFAULT_PORT : number(port, text);
    return new ServerAddress(host, number, security);
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

  /** HOST:PORT. */
  String place() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** HOST:PORT, or an invite where that would not say how it is protected. */
  @Override
  public String toString() {
    if (security.equals(Security.ENCRYPTED)) {
      return place();
    }
    return SCHEME
        + place()
        + "?"
        + security.fingerprint().map(it -> "fp=" + it.hex()).orElse("plain=1");
  }
}
