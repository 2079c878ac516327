package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Carries out what whoever runs the server wants. Pure; used by the hall. */
final class OrderDesk {
  private final Map<String, Room> rooms;
  private final Set<String> failed;
  private final Outbox out;

  /**
   * A desk.
   *
   * @param rooms the open sessions, which change
   * @param failed those that cannot be opened or kept, which change
   */
  OrderDesk(Map<String, Room> rooms, Set<String> failed, Outbox out) {
    this.rooms = rooms;
    this.failed = failed;
    this.out = out;
  }

  /**
   * Does it, and answers now or when it is done.
   *
   * @param links how many stand
   */
  void take(Event.Asked asked, int links) {
    if (asked.order() instanceof Order.Look) {
      answer(asked, new Answer.Seen(census(links)));
    } else if (asked.order() instanceof Order.Kick kick) {
      answer(asked, kick(kick));
    } else if (asked.order() instanceof Order.Unban unban) {
      answer(asked, unban(unban));
    } else if (asked.order() instanceof Order.Save) {
      save(asked);
    }
  }

  private void answer(Event.Asked asked, Answer answer) {
    out.add(new Effect.Answered(asked.request(), answer));
  }

  private Census census(int links) {
    List<Census.Session> sessions = new ArrayList<>();
    rooms.values().forEach(room -> sessions.add(room.census()));
    return new Census(List.copyOf(sessions), List.copyOf(failed), links, out.figures().tally());
  }

  private Answer kick(Order.Kick kick) {
    if (!kick.session().isEmpty() && !rooms.containsKey(kick.session())) {
      return new Answer.Refused("there is no session " + kick.session() + "; see: sessions");
    }
    Map<String, Participant> found = new TreeMap<>();
    rooms.forEach(
        (name, room) -> {
          Participant member = room.named(kick.user());
          if (member != null && (kick.session().isEmpty() || kick.session().equals(name))) {
            found.put(name, member);
          }
        });
    if (found.isEmpty()) {
      return new Answer.Refused("there is no user " + kick.user() + "; see: users");
    }
    if (found.size() > 1) {
      return new Answer.Refused(
          kick.user() + " is in several sessions; say which: " + String.join(", ", found.keySet()));
    }
    String session = found.keySet().iterator().next();
    rooms.get(session).membership().removed(found.get(session), kick.ban(), kick.reason());
    return new Answer.Done(
        kick.user() + (kick.ban() ? " is banned from " : " is kicked from ") + session);
  }

  private Answer unban(Order.Unban unban) {
    List<String> from = new ArrayList<>();
    rooms.forEach(
        (name, room) -> {
          boolean isMeant = unban.session().isEmpty() || unban.session().equals(name);
          if (isMeant && room.unban(unban.user())) {
            from.add(name);
          }
        });
    return from.isEmpty()
        ? new Answer.Refused("nobody is banned as " + unban.user() + "; see: users")
        : new Answer.Done(unban.user() + " may come back to " + String.join(", ", from));
  }

  private void save(Event.Asked asked) {
    List<String> lines = new ArrayList<>();
    List<String> waiting = new ArrayList<>(rooms.keySet());
    if (waiting.isEmpty()) {
      answer(asked, new Answer.Done("no session is open"));
    }
    for (String session : List.copyOf(waiting)) {
      Room room = rooms.get(session);
      room.whenDurable(
          () -> {
            long sequence = room.census().sequence();
            out.log(LogLine.of("save").with("session", session).with("sequence", sequence));
            lines.add(session + " is saved up to edit " + sequence);
            waiting.remove(session);
            if (waiting.isEmpty()) {
              answer(asked, new Answer.Done(String.join("\n", lines)));
            }
          });
    }
  }
}
