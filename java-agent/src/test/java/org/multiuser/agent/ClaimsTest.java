package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;

/** What is asked of the server when rights are wanted. */
class ClaimsTest {
  private static final UUID OLD = new UUID(0, 1);
  private static final UUID NEW = new UUID(0, 2);

  private final Outgoing out = new Outgoing();
  private final Set<UUID> there = new HashSet<>(Set.of(OLD));
  private final Set<UUID> pending = new HashSet<>();
  private final Claims claims = new Claims(out, there::contains, pending::contains);

  @Test
  @DisplayName("[RI5] what the server has is asked for at once, what is new as soon as it is there")
  void early() {
    claims.ask(OwnerAction.TAKE, List.of(OLD, NEW), null);
    assertEquals(List.of(List.of(OLD)), asked());
    claims.look();
    assertEquals(List.of(), asked());
    there.add(NEW);
    claims.look();
    assertEquals(List.of(List.of(NEW)), asked());
    claims.look();
    assertEquals(List.of(), asked());
  }

  @Test
  @DisplayName(
      "[BR16] what has commits that the server does not have is given back when it has them")
  void releasedLate() {
    pending.add(OLD);
    claims.ask(OwnerAction.RELEASE, List.of(OLD), null);
    claims.look();
    assertEquals(List.of(), asked());
    pending.clear();
    claims.look();
    assertEquals(List.of(List.of(OLD)), asked());
  }

  @Test
  @DisplayName("[BR16] what is taken again before that is not given back any more")
  void takenAgain() {
    pending.add(OLD);
    claims.ask(OwnerAction.RELEASE, List.of(OLD), null);
    claims.ask(OwnerAction.TAKE, List.of(OLD), null);
    pending.clear();
    claims.look();
    assertEquals(List.of(List.of(OLD)), asked(), "it is taken, and that is all");
  }

  @Test
  @DisplayName(
      "[BR16] what has commits that the server does not have is not handed over, and told so")
  void notGiven() {
    there.add(NEW);
    pending.add(OLD);
    claims.ask(OwnerAction.GIVE, List.of(OLD, NEW), new UUID(9, 9));
    assertEquals(List.of(List.of(NEW)), asked());
    List<Event> told = out.events();
    assertEquals(1, told.size());
    assertEquals(Event.Kind.WARNING, told.get(0).kind());
    assertTrue(told.get(0).text().startsWith("1 datablock is not handed over"));
    pending.clear();
    claims.look();
    assertEquals(List.of(), asked(), "nor later on");
  }

  @Test
  @DisplayName("[RI5] who gives back what is not there yet does not get it later")
  void releasedBefore() {
    claims.ask(OwnerAction.TAKE, List.of(NEW), null);
    claims.ask(OwnerAction.RELEASE, List.of(NEW), null);
    assertEquals(List.of(List.of(NEW)), asked());
    there.add(NEW);
    claims.look();
    assertEquals(List.of(), asked());
  }

  @Test
  @DisplayName("[LM3] more nodes than a message takes are split")
  void split() {
    List<UUID> many = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      many.add(new UUID(1, i));
    }
    there.addAll(many);
    claims.ask(OwnerAction.TAKE, many, null);
    assertEquals(List.of(10_000, 1), asked().stream().map(List::size).toList());
  }

  private List<List<UUID>> asked() {
    List<List<UUID>> found = new ArrayList<>();
    for (Effect effect : out.drain()) {
      if (effect instanceof Effect.Send send
          && send.message() instanceof Message.ChangeOwner change) {
        found.add(change.nodes());
      }
    }
    return found;
  }
}
