package org.multiuser.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What an invite says: {@code multiuser://HOST:PORT/SESSION?fp=FINGERPRINT&pw=PASSWORD}, or {@code
 * plain=1} in place of the fingerprint.
 *
 * @param session empty if it says none
 * @param password what everybody needs to join, empty if it says none
 */
record Invite(ServerAddress address, String session, String password) {
  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none, saying what one looks like
   */
  static Invite parse(String text) {
    try {
      ServerAddress address = ServerAddress.parse(text);
      URI uri = new URI(text.strip());
      String path = uri.getPath() == null ? "" : uri.getPath();
      String password = "";
      for (String part : (uri.getRawQuery() == null ? "" : uri.getRawQuery()).split("&")) {
        if (part.startsWith("pw=")) {
          // A plus stands for itself: the invites escape blanks as %20.
          String escaped = part.substring(3).replace("+", "%2B");
          password = URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        }
      }
      return new Invite(address, path.replaceFirst("^/", ""), password);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no invite: it looks like multiuser://HOST:PORT/SESSION?fp=...", e);
    }
  }
}
