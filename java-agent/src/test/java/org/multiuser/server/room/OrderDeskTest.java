package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.User;
import org.multiuser.server.room.HallBench.Client;

/** What whoever runs the server can ask of it, what it counts, and what it writes down. */
class OrderDeskTest {
  private final HallBench bench = new HallBench();

  private Answer ask(Order order) {
    bench.answers.clear();
    bench.step(new Event.Asked(1, order));
    return bench.answers.isEmpty() ? null : bench.answers.get(0);
  }

  private Census census() {
    return assertInstanceOf(Answer.Seen.class, ask(new Order.Look())).census();
  }

  @Test
  @DisplayName("the census shows sessions, users and what was counted")
  void counted() {
    Client host = bench.host();
    bench.client("ben").join("");
    host.create();
    host.push(new UUID(7, 7)); // no operations: refused
    bench.client("eve").enter("main", "", "guess", "4.3", false);
    Census seen = census();
    Census.Session main = seen.sessions().get(0);
    assertEquals("main", main.name());
    assertEquals(List.of("host", "ben"), main.users().stream().map(User::name).toList());
    assertEquals(1, main.datablocks());
    assertEquals(1, main.sequence());
    assertEquals(0, main.waitingBytes());
    assertEquals(7, seen.links());
    assertEquals(2, seen.tally().logIns());
    assertEquals(1, seen.tally().wrongPasswords());
    assertEquals(
        1L,
        seen.tally()
            .refusals()
            .get(new Tally.Refused(Tally.Matter.LOGIN, ErrorCode.WRONG_PASSWORD.name())));
  }

  @Test
  @DisplayName("the latency is the time from a commit's arrival until it is durable")
  void latency() {
    Client host = bench.host();
    bench.holdStore = true;
    host.create();
    bench.nowNanos += 3_000_000;
    bench.releaseStore();
    Tally tally = census().tally();
    assertEquals(1, tally.commits());
    assertEquals(3_000_000, tally.latency().sumNanos());
    int bucket = Latency.BOUNDS_NANOS.indexOf(5_000_000L);
    assertEquals(1, tally.latency().counts().get(bucket));
  }

  @Test
  @DisplayName("[RI8] a user is kicked or banned by name, where it is clear who is meant")
  void kick() {
    bench.host();
    Client ben = bench.client("ben").join("");
    assertInstanceOf(
        Answer.Refused.class, ask(new Order.Kick("nobody", "", false, "")), "no such user");
    assertInstanceOf(Answer.Refused.class, ask(new Order.Kick("ben", "other", false, "")));
    assertInstanceOf(Answer.Done.class, ask(new Order.Kick("ben", "", false, "Lunch.")));
    assertEquals(ErrorCode.KICKED, ben.failed().code());
    assertEquals("Lunch.", ben.failed().text());
    ben.lose();
    ben.join("");
    assertInstanceOf(Answer.Done.class, ask(new Order.Kick("ben", "main", true, "")));
    assertEquals(ErrorCode.KICKED, ben.failed().code());
    ben.lose();
    ben.enter("main", "", "", "4.3", false);
    assertEquals(ErrorCode.BANNED, ben.failed().code());
    assertEquals(2, census().tally().kicks());
    assertEquals(List.of("ben"), census().sessions().get(0).banned());
    assertInstanceOf(Answer.Refused.class, ask(new Order.Unban("nobody", "")));
    assertInstanceOf(Answer.Done.class, ask(new Order.Unban("ben", "")));
    ben.lose();
    ben.enter("main", "", "", "4.3", false);
    assertEquals(4, census().tally().logIns(), "host, ben twice, and once more");
    Client admin = bench.client("ada").enter("main", "", "admin", "4.3", false);
    Client other = bench.client("ada").enter("other", "", "admin", "4.3", false);
    assertTrue(admin.login != null && other.login != null);
    assertInstanceOf(Answer.Refused.class, ask(new Order.Kick("ada", "", false, "")), "which one");
  }

  @Test
  @DisplayName("[AC1] a save is answered once all that was said before is durable")
  void save() {
    Client host = bench.host();
    bench.holdStore = true;
    host.create();
    assertNull(ask(new Order.Save()));
    bench.releaseStore();
    assertEquals(
        new Answer.Done("main is saved up to edit 1"), bench.answers.get(bench.answers.size() - 1));
  }

  @Test
  @DisplayName("a session that cannot be kept counts as failed until it is opened anew")
  void failed() {
    bench.host();
    bench.step(new Event.StoreFailed("main", "the disk is full"));
    assertEquals(List.of("main"), census().failed());
    bench.step(new Event.OpenSession("main"));
    assertEquals(List.of(), census().failed());
  }

  @Test
  @DisplayName("each thing that happens is a line of facts that no peer can forge")
  void lines() {
    bench.host();
    Client eve = bench.client("a\" event=kick user=b");
    eve.join("");
    eve.say(Channel.COMMANDS, new Message.Leave(1));
    assertTrue(
        bench.lines.contains(
            "event=login user=\"a\\\" event=kick user=b\" session=main role=EDITOR"
                + " address=10.0.0.20 blender=4.3"),
        () -> String.join("\n", bench.lines));
    assertTrue(
        bench.lines.contains("event=leave user=\"a\\\" event=kick user=b\" session=main"),
        () -> String.join("\n", bench.lines));
    for (String bad : List.of("\n", "\r", "\u001b[2J", "\u2028", "\u0085", "\u200b")) {
      String line = LogLine.of("test").with("text", bad).toString();
      assertTrue(line.codePoints().allMatch(c -> c >= 32 && c < 127), line);
    }
  }
}
