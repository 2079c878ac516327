package org.multiuser.agent;

import java.util.Optional;
import org.multiuser.protocol.file.Digest;

/**
 * How the links to a server are protected (SPEC CH7, CH9). Immutable.
 *
 * @param plain whether it does not encrypt: only on a network that is trusted
 * @param fingerprint of its certificate, as an invite or a setting says; nothing else is taken then
 */
public record Security(boolean plain, Optional<Digest> fingerprint) {
  /** Encrypted, and the server is known by its name or from the first use on. */
  public static final Security ENCRYPTED = new Security(false, Optional.empty());

  /** Not encrypted. */
  public static final Security PLAIN = new Security(true, Optional.empty());

  /**
   * What somebody wrote.
   *
   * @param fingerprint 64 hexadecimal digits, with colons between them or without; empty for none
   * @throws IllegalArgumentException if it is something else; says what one looks like
   */
  public static Security of(boolean plain, String fingerprint) {
    String digits = fingerprint.replace(":", "").strip();
    if (plain || digits.isEmpty()) {
      return plain ? PLAIN : ENCRYPTED;
    }
    try {
      return new Security(false, Optional.of(Digest.parse(digits)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + fingerprint + "' is no fingerprint of a certificate: that has 64 digits, 0-9, a-f.",
          e);
    }
  }
}
