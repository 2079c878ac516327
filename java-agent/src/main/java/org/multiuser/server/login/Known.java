package org.multiuser.server.login;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One password that a server knows: by its hash, and from the first right log-in on by a fast
 * digest too, under a key that exists in this process alone. From then on a guess costs the server
 * next to nothing. May be used by several threads, but for {@link #checkSlowly}, which belongs to
 * one.
 */
final class Known {
  private static final String DIGEST = "HmacSHA256";

  /** Null if it was told in plain. */
  private final PasswordHash hash;

  private final SecretKeySpec key;
  private volatile byte[] digest;

  /** Null before it is needed, and from the first right password on. */
  private PasswordHash.Guesses guesses;

  private Known(PasswordHash hash, byte[] key) {
    this.hash = hash;
    this.key = new SecretKeySpec(key, DIGEST);
  }

  /** One of which only the hash is known. */
  static Known of(PasswordHash hash, byte[] key) {
    return new Known(hash, key);
  }

  /** One that was told in plain; it is not kept as that. */
  static Known of(String password, byte[] key) {
    Known known = new Known(null, key);
    known.digest = known.digest(password);
    return known;
  }

  /** Whether this is it, or empty if only {@link #checkSlowly} can tell. */
  Optional<Boolean> check(String password) {
    if (password.isEmpty()) {
      return Optional.of(false);
    }
    byte[] right = digest;
    return right == null
        ? Optional.empty()
        : Optional.of(MessageDigest.isEqual(right, digest(password)));
  }

  /** Whether this is it. Takes the time and the memory that the hash asks for, at most once. */
  boolean checkSlowly(String password) {
    Optional<Boolean> atOnce = check(password);
    if (atOnce.isPresent()) {
      return atOnce.get();
    }
    if (guesses == null) {
      guesses = hash.guesses();
    }
    boolean right = guesses.matches(password);
    if (right) {
      digest = digest(password);
      guesses = null;
    }
    return right;
  }

  private byte[] digest(String password) {
    try {
      Mac mac = Mac.getInstance(DIGEST);
      mac.init(key);
      return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + DIGEST, e);
    }
  }
}
