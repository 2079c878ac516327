package org.multiuser.server.room;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

/** Where everyone is: latest wins, at most 20 a second and user, never stored (SPEC PR). */
final class PresenceBoard {
  private static final long GAP_NANOS = 50_000_000L;
  private static final int MAX_BYTES = 64 * 1024;

  private final Map<UUID, Shown> shown = new HashMap<>();
  private final Map<UUID, Packet> waiting = new HashMap<>();

  private record Shown(Packet packet, long atNanos) {}

  /** A user says where it is. */
  void said(Participant user, Message.Presence presence, Roster roster, long nowNanos, Outbox out) {
    Packet packet = new Packet(new Message.UserPresence(user.id, presence.state()));
    if (packet.frame().length > MAX_BYTES) {
      return;
    }
    Shown last = shown.get(user.id);
    if (last != null && nowNanos - last.atNanos < GAP_NANOS) {
      waiting.put(user.id, packet);
    } else {
      waiting.remove(user.id);
      show(user.id, packet, roster, nowNanos, out);
    }
  }

  /** Whether something waits for its turn. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Shows what has waited long enough. */
  void tick(Roster roster, long nowNanos, Outbox out) {
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              Shown last = shown.get(entry.getKey());
              if (last != null && nowNanos - last.atNanos < GAP_NANOS) {
                return false;
              }
              show(entry.getKey(), entry.getValue(), roster, nowNanos, out);
              return true;
            });
  }

  /** Tells a newcomer where the others are. */
  void greet(Participant newcomer, Outbox out) {
    shown.forEach(
        (id, last) -> {
          if (!id.equals(newcomer.id)) {
            out.send(newcomer.link(Channel.TTL), last.packet);
          }
        });
  }

  void forget(UUID user) {
    shown.remove(user);
    waiting.remove(user);
  }

  private void show(UUID user, Packet packet, Roster roster, long nowNanos, Outbox out) {
    shown.put(user, new Shown(packet, nowNanos));
    for (Participant other : roster.all()) {
      if (!other.id.equals(user)) {
        out.send(other.link(Channel.TTL), packet);
      }
    }
  }
}
