package org.multiuser.server.room;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What is kept of a secret so that it can be recognised, but not learnt from the store. Pure. */
final class Proof {
  private Proof() {}

  /** The SHA-256 of a secret. Secrets are 32 random bytes (SPEC LI4): no salt is needed. */
  static byte[] of(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
