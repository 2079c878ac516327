package org.multiuser.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

/** Who else is in the session, and where they are (SPEC SE8, PR2). */
final class Company {
  private final UUID me;
  private final Outgoing out;
  private final Map<UUID, Value.Fields> presences = new HashMap<>();
  private List<User> users = List.of();

  /** Nobody yet, seen by this user. */
  Company(UUID me, Outgoing out) {
    this.me = me;
    this.out = out;
  }

  /** Everyone who is in the session now; tells who came and went since the last time. */
  void users(List<User> now) {
    if (!users.isEmpty()) {
      Map<UUID, User> before = new HashMap<>();
      users.forEach(user -> before.put(user.id(), user));
      for (User user : now) {
        if (before.remove(user.id()) == null && !user.id().equals(me)) {
          out.tell(Event.Kind.JOINED, user.name() + " joined the session.");
        }
      }
      for (User user : before.values()) {
        presences.remove(user.id());
        out.tell(Event.Kind.LEFT, user.name() + " left the session.");
      }
    }
    users = List.copyOf(now);
  }

  void present(UUID user, Value.Fields state) {
    presences.put(user, state);
  }

  /** Nobody is known any more. */
  void forget() {
    presences.clear();
    users = List.of();
  }

  List<User> users() {
    return users;
  }

  Map<UUID, Value.Fields> presences() {
    return Map.copyOf(presences);
  }
}
