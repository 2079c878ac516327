package org.multiuser.server.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a password where others may read it (decision 0032). */
class PasswordHashTest {
  /** Made by the command argon2: {@code echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1}. */
  private static final String OF_OTHERS =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

  @Test
  @DisplayName("[LI2] a password is known again by its line, another one is not")
  void line() {
    PasswordHash made = PasswordHash.make("pass wörd", new Random(1));
    PasswordHash read = PasswordHash.parse(made.line());
    assertTrue(read.matches("pass wörd"));
    assertFalse(read.matches("pass word"));
    assertFalse(read.matches(""));
    assertEquals(made.line(), read.line());
    assertFalse(made.line().contains("$"), "what shells and Compose would take for a variable");
  }

  @Test
  @DisplayName("[LI3] guesses one after the other are judged as though each were the first")
  void guesses() {
    PasswordHash.Guesses guesses = PasswordHash.parse(OF_OTHERS).guesses();
    for (String password : new String[] {"", "guess", "password", "guess", "password"}) {
      assertEquals(password.equals("password"), guesses.matches(password), password);
    }
  }

  @Test
  @DisplayName("[LI2] the same password has another hash each time")
  void salt() {
    Random random = new Random(1);
    assertNotEquals(
        PasswordHash.make("same", random).line(), PasswordHash.make("same", random).line());
  }

  @Test
  @DisplayName("[LI2] what other programs hashed is taken, with $ and with colons")
  void others() {
    assertTrue(PasswordHash.parse(OF_OTHERS).matches("password"));
    assertFalse(PasswordHash.parse(OF_OTHERS.replace('$', ':')).matches("passwore"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "argon2id",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=4,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=99$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$",
      })
  @DisplayName("[LI2] what is none, or would cost too much, is refused without telling what it was")
  void wrong(String line) {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(line));
    assertTrue(wrong.getMessage().contains("--hash-password"));
    assertTrue(line.isEmpty() || !wrong.getMessage().contains(line));
  }
}
