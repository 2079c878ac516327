package org.multiuser.server.room;

import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;

/** A member of a session, with the links it has now. The room that made it changes it. */
final class Participant {
  final UUID id;
  final byte[] secret;
  final Map<Channel, Link> links = new EnumMap<>(Channel.class);
  String name;
  Role role;
  int colour;
  byte[] token = new byte[0];
  boolean online;

  /**
   * Whether it ever bound a channel, and so has its secret; only then anything is kept of it (SPEC
   * LI8).
   */
  boolean bound;

  int pingMillis = -1;
  long lastHeardNanos;

  /** What came of comparing its replica. */
  final Comparisons.Tally comparison = new Comparisons.Tally();

  /** What it is fed by, null while it has not subscribed. */
  Feed feed;

  /** What it asked for of the session's files, null while it has not subscribed. */
  FileFeed fileFeed;

  /** Where its files come in, null while its Publisher is not bound. */
  FileIntake fileIntake;

  /** Where its commits come in, null while its Publisher is not bound. */
  Intake intake;

  Participant(StoreChange.Member member, long nowNanos) {
    id = member.id();
    secret = member.secret();
    name = member.name();
    role = member.role();
    colour = member.colour();
    lastHeardNanos = nowNanos;
  }

  StoreChange.Member kept() {
    return new StoreChange.Member(id, name, role, colour, secret);
  }

  User shown() {
    return new User(id, name, role, colour, online, pingMillis);
  }

  /** Its link on this channel, or null. */
  Link link(Channel channel) {
    return links.get(channel);
  }
}
