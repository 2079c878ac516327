package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Role;
import org.multiuser.server.room.HallBench.Client;

/** Passwords that only slow work can tell, and the names of those who log in. */
class DoorTest {
  /** Knows the hash of one for admins; what it is shows once it was right. */
  private static final class Hashed implements Passwords {
    private boolean seen;

    @Override
    public boolean needed() {
      return false;
    }

    @Override
    public Optional<Boolean> check(Kind kind, String password) {
      return seen ? Optional.of(password.equals("admin")) : Optional.empty();
    }
  }

  private final Hashed passwords = new Hashed();
  private final HallBench bench = new HallBench(passwords);

  private void answer(boolean right) {
    passwords.seen |= right;
    bench.step(new Event.PasswordChecked(bench.checks.poll().link(), right));
  }

  private static Message.LoggedIn in(Client client) {
    return client.last(Channel.COMMANDS, Message.LoggedIn.class);
  }

  @Test
  @DisplayName("[LI2] who waits for the slow work gets in by it, or is refused")
  void slow() {
    Client right = bench.client("a").enter("main", "", "admin", "", false);
    assertNull(right.login);
    answer(true);
    assertEquals(Role.ADMIN, in(right).role());
    Client wrong = bench.client("bb").enter("main", "", "guess", "", false);
    assertEquals(ErrorCode.WRONG_PASSWORD, wrong.failed().code());
  }

  @Test
  @DisplayName("[LI3] who gets in otherwise has guessed the admin's password no less")
  void interleaved() {
    answerable();
    Client guessing = bench.client("a");
    assertEquals(
        ErrorCode.WRONG_PASSWORD, guessing.enter("main", "", "guess", "", false).failed().code());
    Client again = bench.client("a2");
    again.address = guessing.address;
    assertNull(again.enter("main", "", "", "", false).failed(), "no password is needed for that");
    Client more = bench.client("a3");
    more.address = guessing.address;
    assertEquals(ErrorCode.TOO_FAST, more.enter("main", "", "guess", "", false).failed().code());
  }

  /** From now on passwords are judged at once. */
  private void answerable() {
    bench.client("host").enter("main", "", "admin", "", false);
    answer(true);
  }

  @Test
  @DisplayName("[LI3] one password is compared at a time, and few wait for it")
  void bounded() {
    List<Client> guessing = new ArrayList<>();
    for (int i = 0; i <= Door.MOST_WAITING; i++) {
      Client client = bench.client("guesser " + i);
      client.address = "10.1.0." + i;
      guessing.add(client.enter("main", "", "guess", "", false));
      assertEquals(1, bench.checks.size());
    }
    assertEquals(ErrorCode.TOO_FAST, guessing.get(Door.MOST_WAITING).failed().code());
    for (int i = 0; i < Door.MOST_WAITING; i++) {
      assertNull(guessing.get(i).failed());
      answer(false);
      assertEquals(ErrorCode.WRONG_PASSWORD, guessing.get(i).failed().code());
    }
    assertTrue(bench.checks.isEmpty());
  }

  private List<Client> guesses(int count) {
    List<Client> guessing = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Client client = bench.client("guesser " + i);
      client.address = "10.1.0.1";
      guessing.add(client.enter("main", "", "guess", "", false));
    }
    return guessing;
  }

  @Test
  @DisplayName("[LI3] one address loses all that wait with its first wrong one, and has few then")
  void ofOne() {
    List<Client> guessing = guesses(Door.MOST_WAITING_OF_ONE + 2);
    answer(false);
    assertEquals(ErrorCode.WRONG_PASSWORD, guessing.get(0).failed().code());
    for (Client other : guessing.subList(1, guessing.size())) {
      assertEquals(ErrorCode.TOO_FAST, other.failed().code());
    }
    assertTrue(bench.checks.isEmpty(), "what they said was not compared");
    bench.nowNanos += 1_000_000_000L;
    List<Client> later = guesses(Door.MOST_WAITING_OF_ONE + 1);
    assertEquals(ErrorCode.TOO_FAST, later.get(Door.MOST_WAITING_OF_ONE).failed().code());
    assertNull(later.get(Door.MOST_WAITING_OF_ONE - 1).failed());
  }

  @Test
  @DisplayName("[LI2] a right password that came first tells what all who wait said")
  void others() {
    Client first = bench.client("a").enter("main", "", "admin", "", false);
    Client second = bench.client("bb").enter("main", "", "admin", "", false);
    Client third = bench.client("ccc").enter("main", "", "guess", "", false);
    answer(true);
    assertNotNull(in(first));
    assertNotNull(in(second));
    assertEquals(ErrorCode.WRONG_PASSWORD, third.failed().code());
    assertTrue(bench.checks.isEmpty());
  }

  @Test
  @DisplayName("[LI3] hanging up before the answer does not make guessing faster")
  void hangUp() {
    Client client = bench.client("a").enter("main", "", "guess", "", false);
    client.lose();
    answer(false);
    client.enter("main", "", "admin", "", false);
    assertEquals(ErrorCode.TOO_FAST, client.failed().code());
  }

  @Test
  @DisplayName("[CH3] a second Hello or Login while the first waits is refused")
  void twice() {
    Client client = bench.client("a").enter("main", "", "guess", "", false);
    client.say(Channel.COMMANDS, new Message.Hello(ProtocolVersion.MAJOR, 0, "again"));
    assertEquals(ErrorCode.NOT_LOGGED_IN, client.failed().code());
    client.enter("main", "", "admin", "", false);
    assertEquals(1, bench.checks.size());
    answer(false);
    assertNull(in(client));
    assertTrue(bench.checks.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "An\u202en",
        "Ann\u200b",
        "An\u200dn",
        "\u2066Ann",
        "Ann\ufeff",
        "Ann\ue000",
        "An\u2028n",
        "A\u00a0nn",
        "Ann\ufe0f",
        "Ann\u3164",
        "An\u034fn",
        "Ann\udb40\udc41",
      })
  @DisplayName("[LI1] names of which something is not seen where it stands are refused")
  void unseen(String name) {
    Client client = bench.client(name).enter("main", "", "", "", false);
    assertEquals(ErrorCode.BAD_NAME, client.failed().code());
  }

  @Test
  @DisplayName("[LI1] the same letters in another form are the same name")
  void composed() {
    passwords.seen = true;
    assertNotNull(bench.client("Zo\u00eb").enter("main", "", "", "", false).login);
    Client same = bench.client("Zoe\u0308").enter("main", "", "", "", false);
    assertEquals(ErrorCode.NAME_TAKEN, same.failed().code());
    assertNotNull(bench.client("\u732b \ud83d\udc12").enter("main", "", "", "", false).login);
  }
}
