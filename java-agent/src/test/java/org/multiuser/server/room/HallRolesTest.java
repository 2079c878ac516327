package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** What users may do, and who says so. */
class HallRolesTest {
  private final HallBench bench = new HallBench();
  private final Client host = bench.host();
  private final Client guest = bench.client("guest").join("");

  private void set(Client by, UUID user, Role role) {
    by.say(Channel.COMMANDS, new Message.SetRole(5, user, role));
  }

  /** Somebody of this name with an identity that nobody had. */
  private static Client newcomer(HallBench at, String name) {
    return at.new Client(name, UUID.randomUUID());
  }

  private static Role shown(Client to, String name) {
    List<User> users = to.last(Channel.COMMANDS, Message.Users.class).users();
    return users.stream().filter(user -> user.name().equals(name)).findFirst().get().role();
  }

  @Test
  @DisplayName(
      "[RI9] an admin makes a viewer of somebody: everybody is told, and edits are refused")
  void viewer() {
    UUID node = guest.create();
    set(host, guest.id, Role.VIEWER);
    assertTrue(host.all(Channel.COMMANDS, Message.Done.class).contains(new Message.Done(5)));
    assertEquals(Role.VIEWER, shown(guest, "guest"));
    guest.push(node, new Operation.Delete());
    assertEquals(ErrorCode.NOT_ALLOWED, guest.refused().code());
    guest.push(new UUID(5, 5), new Operation.Create("Object", Value.Fields.EMPTY));
    assertEquals(2, guest.all(Channel.PUBLISHER, Message.Refused.class).size());
    guest.beat();
    set(host, guest.id, Role.EDITOR);
    long deleted = guest.push(node, new Operation.Delete());
    assertTrue(guest.accepted().contains(deleted));
  }

  @Test
  @DisplayName("[RI9] [RI7] what a viewer owned is anybody's")
  void released() {
    UUID node = guest.create();
    guest.say(Channel.COMMANDS, new Message.ChangeOwner(1, OwnerAction.TAKE, List.of(node), null));
    host.push(node, new Operation.Remove(Path.of("x")));
    long taken = host.counter;
    assertEquals(ErrorCode.NOT_OWNER, host.refused().code());
    set(host, guest.id, Role.VIEWER);
    host.say(Channel.COMMANDS, new Message.ChangeOwner(2, OwnerAction.TAKE, List.of(node), null));
    long deleted = host.push(node, new Operation.Delete());
    assertTrue(deleted > taken && host.accepted().contains(deleted));
  }

  @Test
  @DisplayName("[RI9] nothing is handed to a viewer, who could not give it back")
  void given() {
    UUID node = host.create();
    set(host, guest.id, Role.VIEWER);
    host.say(
        Channel.COMMANDS, new Message.ChangeOwner(2, OwnerAction.GIVE, List.of(node), guest.id));
    assertEquals(ErrorCode.NOT_ALLOWED, host.failed().code());
  }

  @Test
  @DisplayName("[RI9] [SE4] who is to fill the session has to be an admin until it is filled")
  void demoted() {
    HallBench fresh = new HallBench();
    Client filling = fresh.client("filling").join("admin");
    Client boss = fresh.client("boss").join("admin");
    filling.say(Channel.COMMANDS, new Message.Initialise(1, false));
    set(boss, filling.id, Role.VIEWER);
    filling.say(Channel.COMMANDS, new Message.InitialiseDone(2, 0));
    assertEquals(ErrorCode.NOT_ALLOWED, filling.failed().code());
    boss.say(Channel.COMMANDS, new Message.Initialise(3, true));
    assertNull(boss.failed(), "another admin may fill it");
  }

  @Test
  @DisplayName("[RI9] nobody but an admin sets roles, and nobody the own one")
  void refused() {
    set(guest, host.id, Role.VIEWER);
    assertEquals(ErrorCode.NOT_ALLOWED, guest.failed().code());
    set(guest, guest.id, Role.ADMIN);
    assertEquals(ErrorCode.NOT_ALLOWED, guest.failed().code());
    set(host, host.id, Role.EDITOR);
    assertEquals(ErrorCode.NOT_ALLOWED, host.failed().code());
    set(host, new UUID(7, 7), Role.EDITOR);
    assertEquals(ErrorCode.NO_SUCH_USER, host.failed().code());
  }

  @Test
  @DisplayName("[RI9] an admin of an admin's is one, for as long as it is a member")
  void admin() {
    set(host, guest.id, Role.ADMIN);
    set(guest, host.id, Role.VIEWER);
    assertEquals(Role.VIEWER, shown(guest, "host"));
    guest.say(Channel.COMMANDS, new Message.Leave(6));
    guest.lose();
    Client other = newcomer(bench, "guest");
    assertEquals(Role.EDITOR, other.enter("main", "", "", "", false).login.role());
  }

  @Test
  @DisplayName(
      "[RI9] a role is there after leaving, and after the server starts anew; a password is more")
  void kept() {
    set(host, guest.id, Role.VIEWER);
    guest.say(Channel.COMMANDS, new Message.Leave(6));
    guest.lose();
    Client again = newcomer(bench, "guest");
    assertEquals(Role.VIEWER, again.enter("main", "", "", "", false).login.role());
    HallBench later = new HallBench(new Random(9), "", new HashMap<>(bench.stores));
    Client after = newcomer(later, "guest");
    assertNull(after.enter("main", "", "", "", true).failed());
    assertEquals(Role.VIEWER, after.login.role());
    Client other = newcomer(later, "another");
    assertEquals(Role.EDITOR, other.enter("main", "", "", "", false).login.role());
    after.lose();
    Client withPassword = newcomer(later, "boss");
    assertEquals(Role.ADMIN, withPassword.enter("main", "", "admin", "", false).login.role());
  }

  @Test
  @DisplayName("[RI9] who joins is what the host says; a member keeps the role when it comes back")
  void joining() {
    HallBench strict = new HallBench(HallBench.SETTINGS.with(Role.VIEWER));
    Client admin = strict.host();
    Client viewer = strict.client("viewer").join("");
    assertEquals(Role.VIEWER, viewer.login.role());
    set(admin, viewer.id, Role.EDITOR);
    viewer.lose();
    assertEquals(Role.EDITOR, viewer.enter("main", "", "", "4.3", false).login.role());
  }
}
