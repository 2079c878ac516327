package org.multiuser.server.room;

/** Who of the members is there: their links, and how long they have been silent (SPEC HB, LI8). */
final class Attendance {
  private static final long SILENT_NANOS = 3_000_000_000L;

  private final String session;
  private final long timeoutNanos;
  private final Roster roster;
  private final Membership membership;
  private final Outbox out;

  Attendance(String session, int timeoutMillis, Roster roster, Membership membership, Outbox out) {
    this.session = session;
    timeoutNanos = timeoutMillis * 1_000_000L;
    this.roster = roster;
    this.membership = membership;
    this.out = out;
  }

  /** A link of this member takes the place of the one before it. */
  void linked(Participant member, Link link) {
    Link before = member.links.put(link.channel(), link);
    if (before != null && !before.equals(link)) {
      membership.unbind(member, link.channel());
      out.add(new Effect.Close(before));
    }
  }

  /** A link of a member is gone, or another one took its place. */
  void gone(Participant member, Link link) {
    if (!member.links.remove(link.channel(), link)) {
      return;
    }
    membership.unbind(member, link.channel());
    if (!member.links.isEmpty()) {
      return;
    }
    if (member.bound) {
      setOnline(member, false);
    } else {
      neverCame(member);
    }
  }

  /**
   * Nothing was bound by this log-in: perhaps its answer was lost, and the client has no secret to
   * come back with. It would be kept out by its own name until the time-out (SPEC LI8).
   */
  private void neverCame(Participant member) {
    log("login.unused", member);
    membership.remove(member, null, "");
  }

  /** Something came from a member. */
  void heard(Participant member, long nowNanos) {
    member.lastHeardNanos = nowNanos;
    if (!member.links.isEmpty()) {
      setOnline(member, true);
    }
  }

  private void setOnline(Participant member, boolean online) {
    if (member.online != online) {
      member.online = online;
      log(online ? "back" : "away", member);
      roster.show();
    }
  }

  /** Looks after those who are silent (SPEC HB4). */
  void tick(long nowNanos) {
    for (Participant member : roster.all()) {
      long silentNanos = nowNanos - member.lastHeardNanos;
      if (silentNanos >= timeoutNanos) {
        membership.timedOut(member);
      } else if (silentNanos >= SILENT_NANOS && !member.bound) {
        neverCame(member);
      } else if (silentNanos >= SILENT_NANOS) {
        setOnline(member, false);
      }
    }
  }

  private void log(String event, Participant member) {
    out.log(LogLine.of(event).with("user", member.name).with("session", session));
  }
}
