package org.multiuser.server.room;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;

/** Who belongs to a session, and who may not come back (SPEC SE8, RI8, LI5). */
final class Roster {
  private static final long PING_GAP_NANOS = 1_000_000_000L;

  private final Journal journal;
  private final Outbox out;
  private final Map<UUID, Participant> members = new LinkedHashMap<>();
  private final Map<ByteBuffer, Participant> tokens = new HashMap<>();

  /** What proves the identities of those who left. */
  private final Map<UUID, byte[]> identities = new HashMap<>();

  private final List<StoreChange.Ban> bans = new ArrayList<>();

  /** What those may do who come under these names. */
  private final Map<String, Role> roles = new HashMap<>();

  private boolean pingsChanged;
  private long shownNanos;

  Roster(Journal journal, Outbox out) {
    this.journal = journal;
    this.out = out;
  }

  void restore(RoomStore.Stored stored, long nowNanos) {
    stored.members().forEach(kept -> restore(new Participant(kept, nowNanos)));
    identities.putAll(stored.identities());
    bans.addAll(stored.bans());
    roles.putAll(stored.roles());
  }

  private void restore(Participant member) {
    member.bound = true;
    members.put(member.id, member);
  }

  /** All members, offline ones too; a copy that stands changes. */
  List<Participant> all() {
    return new ArrayList<>(members.values());
  }

  int size() {
    return members.size();
  }

  /** The member with this identity, or null. */
  Participant get(UUID id) {
    return members.get(id);
  }

  /** The member with this user name, or null. */
  Participant named(String name) {
    for (Participant member : members.values()) {
      if (member.name.equals(name)) {
        return member;
      }
    }
    return null;
  }

  /** The member that this token was handed to, or null. */
  Participant byToken(byte[] token) {
    return tokens.get(ByteBuffer.wrap(token));
  }

  /** The member of whom nothing was heard for the longest time, of those who are offline. */
  Optional<Participant> longestAway() {
    return members.values().stream()
        .filter(member -> !member.online)
        .min(Comparator.comparingLong(member -> member.lastHeardNanos));
  }

  boolean isBanned(UUID id, String name) {
    return bans.stream().anyMatch(ban -> ban.id().equals(id) || ban.name().equals(name));
  }

  /** The names of those who are banned. */
  List<String> banned() {
    return bans.stream().map(StoreChange.Ban::name).distinct().toList();
  }

  /** Lets those come back who were banned under this name; false if nobody was. */
  boolean unban(String name) {
    boolean was = bans.removeIf(ban -> ban.name().equals(name));
    if (was) {
      journal.keep(new StoreChange.Unban(name));
    }
    return was;
  }

  void add(Participant member) {
    members.put(member.id, member);
  }

  /** Gives a member the token of its new log-in; the one before counts no more (SPEC LI4). */
  void handOut(Participant member, byte[] token) {
    tokens.remove(ByteBuffer.wrap(member.token));
    member.token = token;
    tokens.put(ByteBuffer.wrap(token), member);
    if (member.bound) {
      journal.keep(new StoreChange.SaveMember(member.kept()));
    }
  }

  /** A member bound a channel: from the first one on it is kept (SPEC LI8). */
  void bound(Participant member) {
    if (!member.bound) {
      member.bound = true;
      journal.keep(new StoreChange.SaveMember(member.kept()));
    }
  }

  /** Whether an identity is nobody's, or this secret proves that it is its holder's (SPEC ID2). */
  boolean isProven(UUID id, byte[] secret) {
    Participant member = members.get(id);
    if (member != null) {
      return MessageDigest.isEqual(member.secret, secret);
    }
    byte[] proof = identities.get(id);
    return proof == null || MessageDigest.isEqual(proof, Proof.of(secret));
  }

  /** Whether somebody of this identity was a member before and is none now. */
  boolean hasLeft(UUID id) {
    return !members.containsKey(id) && identities.containsKey(id);
  }

  /**
   * Ends a membership for good. Its identity stays its holder's (SPEC SE7, ID2), if there is one
   * who can prove it (SPEC LI8).
   */
  void remove(Participant member) {
    members.remove(member.id);
    tokens.remove(ByteBuffer.wrap(member.token));
    if (member.bound) {
      byte[] proof = Proof.of(member.secret);
      identities.put(member.id, proof);
      journal.keep(new StoreChange.KeepIdentity(member.id, proof));
      journal.keep(new StoreChange.ForgetMember(member.id));
    }
  }

  void ban(Participant member) {
    StoreChange.Ban ban = new StoreChange.Ban(member.id, member.name);
    bans.add(ban);
    journal.keep(ban);
  }

  /** The role that is kept for this name, or that of everybody else (SPEC RI9). */
  Role role(String name, Role ofOthers) {
    return roles.getOrDefault(name, ofOthers);
  }

  /** Sets what a member may do, and for whoever comes under its name. */
  void setRole(Participant member, Role role) {
    member.role = role;
    if (member.bound) {
      journal.keep(new StoreChange.SaveMember(member.kept()));
    }
    // Names are no proof of anybody: an admin's needs the password.
    Role ofName = role == Role.ADMIN ? Role.EDITOR : role;
    roles.put(member.name, ofName);
    journal.keep(new StoreChange.KeepRole(member.name, ofName));
    show();
  }

  void pingMeasured(Participant member, int pingMillis) {
    if (member.pingMillis != pingMillis) {
      member.pingMillis = pingMillis;
      pingsChanged = true;
    }
  }

  /** Shows new pings, at most once a second. */
  void tick(long nowNanos) {
    if (pingsChanged && nowNanos - shownNanos >= PING_GAP_NANOS) {
      shownNanos = nowNanos;
      show();
    }
  }

  /** Tells everyone who is there (SPEC SE8). */
  void show() {
    pingsChanged = false;
    List<User> users = new ArrayList<>();
    members.values().forEach(member -> users.add(member.shown()));
    tellAll(new Message.Users(users));
  }

  /** Sends to every member on Commands. */
  void tellAll(Message message) {
    Packet packet = new Packet(message);
    for (Participant member : members.values()) {
      out.send(member.link(Channel.COMMANDS), packet);
    }
  }

  /** The feeds of those who have subscribed. */
  Collection<Feed> feeds() {
    List<Feed> feeds = new ArrayList<>();
    for (Participant member : members.values()) {
      if (member.feed != null) {
        feeds.add(member.feed);
      }
    }
    return feeds;
  }
}
