package org.multiuser.server.room;

import java.util.Optional;

/** What a server asks of those who log in (SPEC LI2). */
public interface Passwords {
  /** What a password is for. */
  enum Kind {
    /** Everybody needs it to join. */
    SERVER,
    /** It makes an admin. */
    ADMIN
  }

  /** Whether members need a password. */
  boolean needed();

  /**
   * Whether this is the password of that kind, as far as it can be said at once. Compares in
   * constant time (SPEC LI3).
   *
   * @return empty if only slow work can tell: {@link Effect.CheckPassword} asks for it
   */
  Optional<Boolean> check(Kind kind, String password);
}
