package org.multiuser.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

/** Who else is in the session, and where they are (SPEC SE8, PR2). */
final class Company {
  /** Where so many presences are kept, no more are of users whom nobody told of (yet). */
  static final int MOST_KEPT = 1_000;

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

  /**
   * Where a user is. This comes over another link than {@link #users}: it may be ahead of the list
   * in which its user comes, or behind the one in which they went.
   */
  void present(UUID user, Value.Fields state) {
    boolean isKept = presences.containsKey(user) || isThere(user);
    if (isKept || presences.size() < MOST_KEPT) {
      presences.put(user, state);
    }
  }

  private boolean isThere(UUID id) {
    return users.stream().anyMatch(user -> user.id().equals(id));
  }

  /** Nobody is known any more. */
  void forget() {
    presences.clear();
    users = List.of();
  }

  List<User> users() {
    return users;
  }

  /** How many presences are kept. */
  int kept() {
    return presences.size();
  }

  /** Where those are who are in the session. */
  Map<UUID, Value.Fields> presences() {
    Map<UUID, Value.Fields> shown = new HashMap<>();
    for (User user : users) {
      Value.Fields state = presences.get(user.id());
      if (state != null) {
        shown.put(user.id(), state);
      }
    }
    return shown;
  }
}
