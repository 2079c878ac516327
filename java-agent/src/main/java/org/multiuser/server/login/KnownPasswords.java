package org.multiuser.server.login;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.multiuser.server.room.Passwords;

/** The passwords of one server, hashed (decision 0032). May be used by several threads. */
public final class KnownPasswords implements Passwords {
  private static final int KEY_BYTES = 32;

  private final Map<Kind, Known> known = new EnumMap<>(Kind.class);

  private final byte[] key = new byte[KEY_BYTES];

  /**
   * No passwords: everybody may join, and nobody is an admin. They are added before first use.
   *
   * @param random draws the key of the fast digests; must be one that cannot be foretold
   */
  public KnownPasswords(RandomGenerator random) {
    random.nextBytes(key);
  }

  /**
   * Passwords that were told in plain.
   *
   * @param server what everyone needs, empty for none
   * @param admin what makes an admin, empty if nothing does
   */
  public static KnownPasswords plain(String server, String admin, RandomGenerator random) {
    KnownPasswords known = new KnownPasswords(random);
    if (!server.isEmpty()) {
      known.with(Kind.SERVER, server);
    }
    return admin.isEmpty() ? known : known.with(Kind.ADMIN, admin);
  }

  /** Adds a password that was told in plain. */
  public KnownPasswords with(Kind kind, String password) {
    known.put(kind, Known.of(password, key));
    return this;
  }

  /** Adds a password by its hash. */
  public KnownPasswords with(Kind kind, PasswordHash hash) {
    known.put(kind, Known.of(hash, key));
    return this;
  }

  @Override
  public boolean needed() {
    return known.containsKey(Kind.SERVER);
  }

  /** Whether there is a password that makes an admin. */
  public boolean hasAdmin() {
    return known.containsKey(Kind.ADMIN);
  }

  @Override
  public Optional<Boolean> check(Kind kind, String password) {
    Known one = known.get(kind);
    return one == null ? Optional.of(false) : one.check(password);
  }

  /** The same, however long it takes. */
  boolean checkSlowly(Kind kind, String password) {
    Known one = known.get(kind);
    return one != null && one.checkSlowly(password);
  }
}
