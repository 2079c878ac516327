package org.multiuser.server.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What can be kept of a password where others may read it: Argon2id with a salt of its own. To
 * compare takes some 40 ms and {@link #MEMORY_KIB} of memory, which is what a guess costs whoever
 * got hold of the hash (decision 0032). Immutable.
 */
public final class PasswordHash {
  /** OWASP's least for Argon2id, so that a guess can have as much memory as a small server has. */
  private static final int MEMORY_KIB = 19_456;

  private static final int PASSES = 2;
  private static final int MOST_MEMORY_KIB = 256 << 10;
  private static final int MOST_PASSES = 20;
  private static final int MOST_LANES = 8;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** As other programs write it, with $ or with colons. */
  private static final Pattern LINE =
      Pattern.compile(
          "[$:]?argon2id[$:]v=19[$:]m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "[$:]([A-Za-z0-9+/]{11,86})[$:]([A-Za-z0-9+/]{22,86})");

  private final int memoryKib;
  private final int passes;
  private final int lanes;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) {
    this.memoryKib = memoryKib;
    this.passes = passes;
    this.lanes = lanes;
    this.salt = salt;
    this.hash = hash;
  }

  /**
   * Hashes a password, slowly.
   *
   * @param random draws the salt
   */
  public static PasswordHash make(String password, RandomGenerator random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] hash = generate(generator(MEMORY_KIB, PASSES, 1, salt), password, HASH_BYTES);
    return new PasswordHash(MEMORY_KIB, PASSES, 1, salt, hash);
  }

  /**
   * Reads what {@link #line} wrote, or another program in the usual form with $.
   *
   * @throws IllegalArgumentException if it is none, or would take more than a server should spend;
   *     says what to do, and nothing of what was given
   */
  public static PasswordHash parse(String line) {
    Matcher parts = LINE.matcher(line.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "this is no hash of a password; make one with serve --hash-password, and put it between"
              + " single quotes where a $ in it means something");
    }
    int memoryKib = Integer.parseInt(parts.group(1));
    int passes = Integer.parseInt(parts.group(2));
    int lanes = Integer.parseInt(parts.group(3));
    if (passes < 1
        || passes > MOST_PASSES
        || lanes < 1
        || lanes > MOST_LANES
        || memoryKib < 8 * lanes
        || memoryKib > MOST_MEMORY_KIB) {
      throw new IllegalArgumentException(
          "the hash of the password asks for more than %d passes, %d lanes or %d KiB, or for nothing; make one with serve --hash-password"
              .formatted(MOST_PASSES, MOST_LANES, MOST_MEMORY_KIB));
    }
    Base64.Decoder base64 = Base64.getDecoder();
    return new PasswordHash(
        memoryKib, passes, lanes, base64.decode(parts.group(4)), base64.decode(parts.group(5)));
  }

  /** Whether this is the password; slow. */
  boolean matches(String password) {
    return guesses().matches(password);
  }

  /** What compares one password after the other with this hash. */
  Guesses guesses() {
    return new Guesses(generator(memoryKib, passes, lanes, salt));
  }

  /**
   * Compares passwords with a hash, always in the same memory: 20 MB made anew for each would have
   * Java's collector stop the server for every guess. Used by one thread at a time.
   */
  final class Guesses {
    private final Argon2BytesGenerator argon;

    private Guesses(Argon2BytesGenerator argon) {
      this.argon = argon;
    }

    /** Whether this is the password; slow. */
    boolean matches(String password) {
      return MessageDigest.isEqual(hash, generate(argon, password, hash.length));
    }
  }

  /**
   * One line that {@link #parse} reads. It has colons where others have $, as shells, Docker
   * Compose and systemd each make something else of a $.
   */
  public String line() {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "argon2id:v=19:m=%d,t=%d,p=%d:%s:%s"
        .formatted(
            memoryKib, passes, lanes, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  /** Nothing of the hash: it may end up in a log. */
  @Override
  public String toString() {
    return "PasswordHash";
  }

  private static Argon2BytesGenerator generator(int memoryKib, int passes, int lanes, byte[] salt) {
    Argon2BytesGenerator argon = new Argon2BytesGenerator();
    argon.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    return argon;
  }

  private static byte[] generate(Argon2BytesGenerator argon, String password, int length) {
    byte[] hash = new byte[length];
    argon.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }
}
