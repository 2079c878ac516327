package org.multiuser.server.room;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What a server asks of those who log in (SPEC LI2). Compares in constant time (SPEC LI3). */
public interface Passwords {
  /** Whether members need a password. */
  boolean needed();

  /** Whether this is the server's password. */
  boolean isServer(String password);

  /** Whether this makes an admin. */
  boolean isAdmin(String password);

  /**
   * Fixed ones.
   *
   * @param server what everyone needs, empty for none
   * @param admin what makes an admin, empty if nothing does
   */
  static Passwords of(String server, String admin) {
    return new Passwords() {
      @Override
      public boolean needed() {
        return !server.isEmpty();
      }

      @Override
      public boolean isServer(String password) {
        return matches(server, password);
      }

      @Override
      public boolean isAdmin(String password) {
        return !admin.isEmpty() && matches(admin, password);
      }
    };
  }

  private static boolean matches(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
