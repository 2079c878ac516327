package org.multiuser.protocol.file;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 of some bytes, by which they are named (SPEC FI1). Immutable. */
public final class Digest implements Comparable<Digest> {
  /** How long one is. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A digest that is known.
   *
   * @param bytes 32 of them
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Digest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has " + BYTES + " bytes");
    }
    return new Digest(bytes.clone());
  }

  /**
   * A digest from its text.
   *
   * @param hex 64 hexadecimal digits
   * @throws IllegalArgumentException if it is something else
   */
  public static Digest parse(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  /** The digest of the bytes between position and limit, which are left where they are. */
  public static Digest ofContent(ByteBuffer content) {
    MessageDigest sha = sha256();
    sha.update(content.duplicate());
    return new Digest(sha.digest());
  }

  /** The digest of these bytes. */
  public static Digest ofContent(byte[] content) {
    return ofContent(ByteBuffer.wrap(content));
  }

  /** What works digests out bit by bit. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** 64 lower-case hexadecimal digits: also a name that every file system takes. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
