package org.multiuser.server.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Link;
import org.multiuser.server.room.Passwords.Kind;

/** What is known of passwords at once, and what only slow work can tell. */
class KnownPasswordsTest {
  private static final Optional<Boolean> RIGHT = Optional.of(true);
  private static final Optional<Boolean> WRONG = Optional.of(false);

  private final Random random = new Random(3);
  private final KnownPasswords hashed =
      new KnownPasswords(random).with(Kind.ADMIN, PasswordHash.make("secret", random));

  @Test
  @DisplayName("[LI2] passwords that were told in plain are known at once")
  void plain() {
    KnownPasswords plain = KnownPasswords.plain("open", "secret", random);
    assertTrue(plain.needed() && plain.hasAdmin());
    assertEquals(RIGHT, plain.check(Kind.SERVER, "open"));
    assertEquals(WRONG, plain.check(Kind.SERVER, "secret"));
    assertEquals(RIGHT, plain.check(Kind.ADMIN, "secret"));
    assertEquals(WRONG, plain.check(Kind.ADMIN, ""));
  }

  @Test
  @DisplayName("[LI2] without a password nobody is an admin, and nobody needs one")
  void none() {
    KnownPasswords none = KnownPasswords.plain("", "", random);
    assertFalse(none.needed() || none.hasAdmin());
    assertEquals(WRONG, none.check(Kind.ADMIN, ""));
    assertFalse(none.checkSlowly(Kind.ADMIN, ""));
  }

  @Test
  @DisplayName("[LI3] from the first right password on every guess is judged at once")
  void once() {
    assertEquals(Optional.empty(), hashed.check(Kind.ADMIN, "guess"));
    assertFalse(hashed.checkSlowly(Kind.ADMIN, "guess"));
    assertEquals(
        Optional.empty(), hashed.check(Kind.ADMIN, "secret"), "a wrong one teaches nothing");
    assertTrue(hashed.checkSlowly(Kind.ADMIN, "secret"));
    assertEquals(RIGHT, hashed.check(Kind.ADMIN, "secret"));
    assertEquals(WRONG, hashed.check(Kind.ADMIN, "guess"));
  }

  @Test
  @DisplayName("[LI3] the driver compares on a thread of its own, in the order it was asked")
  void driver() throws InterruptedException {
    BlockingQueue<Event> events = new ArrayBlockingQueue<>(4);
    try (PasswordDriver driver = new PasswordDriver(hashed, events::add)) {
      for (int number = 1; number <= 2; number++) {
        String given = number == 1 ? "guess" : "secret";
        driver.check(
            new Effect.CheckPassword(new Link(Channel.COMMANDS, number), Kind.ADMIN, given));
      }
      for (int number = 1; number <= 2; number++) {
        assertEquals(
            new Event.PasswordChecked(new Link(Channel.COMMANDS, number), number == 2),
            events.poll(30, TimeUnit.SECONDS));
      }
    }
  }
}
