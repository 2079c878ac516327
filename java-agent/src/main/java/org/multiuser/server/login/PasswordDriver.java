package org.multiuser.server.login;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.PasswordKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the one thread on which passwords are compared with their hashes, so that nobody's guesses
 * take more than one core and the memory of one hash, and nobody's edits wait for them. Its methods
 * may be called from any thread.
 */
public final class PasswordDriver implements PasswordKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordDriver.class);

  private final KnownPasswords passwords;
  private final Consumer<Event> events;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "passwords");
            made.setDaemon(true);
            return made;
          });

  /**
   * A driver that compares with these.
   *
   * @param events takes what came of it, on the driver's thread; must be thread-safe
   */
  public PasswordDriver(KnownPasswords passwords, Consumer<Event> events) {
    this.passwords = passwords;
    this.events = events;
  }

  @Override
  public void check(Effect.CheckPassword check) {
    thread.execute(() -> events.accept(new Event.PasswordChecked(check.link(), isRight(check))));
  }

  /** What cannot be compared is not the password. */
  private boolean isRight(Effect.CheckPassword check) {
    try {
      return passwords.checkSlowly(check.kind(), check.password());
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("a password was not compared with its hash", e);
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
