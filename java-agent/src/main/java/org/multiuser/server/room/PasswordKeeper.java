package org.multiuser.server.room;

/** Whoever does the slow work of comparing a password with its hash. */
public interface PasswordKeeper extends AutoCloseable {
  /** Compares, and answers with PasswordChecked. Returns at once. */
  void check(Effect.CheckPassword check);

  /** Ends; what was not compared yet has no answer. */
  @Override
  void close();
}
