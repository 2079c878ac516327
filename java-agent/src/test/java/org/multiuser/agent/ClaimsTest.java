package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  private final Claims claims = new Claims(out, there::contains);

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
