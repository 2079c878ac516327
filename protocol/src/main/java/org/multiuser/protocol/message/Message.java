package org.multiuser.protocol.message;

import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

/**
 * Everything that travels between an agent and a server (SPEC ME1). One ZeroMQ frame carries one
 * message. Byte arrays belong to the message once it is made: nobody changes them afterwards.
 */
public sealed interface Message {

  // --- Commands, client to server ---

  /** The first message on Commands: what the client speaks (SPEC VE1). */
  record Hello(int major, int minor, String software) implements Message {}

  /**
   * Asks for a session (SPEC LI1). {@code secret} is empty at the first log-in, later the one from
   * LoggedIn.
   */
  record Login(
      long request,
      String session,
      UUID client,
      byte[] secret,
      String userName,
      int colour,
      String serverPassword,
      String adminPassword,
      String blenderVersion,
      boolean takeOver)
      implements Message {}

  /** An admin opens the session for initialising, from this client's scene or empty (SPEC SE3). */
  record Initialise(long request, boolean empty) implements Message {}

  /** The initialising admin has pushed everything up to this counter (SPEC SE4). */
  record InitialiseDone(long request, long counter) implements Message {}

  /** Asks for a change of owner (SPEC RI5). {@code to} is null unless the action is GIVE. */
  record ChangeOwner(long request, OwnerAction action, List<UUID> nodes, UUID to)
      implements Message {}

  /** An admin removes a user (SPEC RI8). */
  record Kick(long request, UUID user, String reason, boolean ban) implements Message {}

  /** An admin sets what a user may do (SPEC RI9). */
  record SetRole(long request, UUID user, Role role) implements Message {}

  /** The client leaves for good: what it owned becomes COMMON (SPEC SE7). */
  record Leave(long request) implements Message {}

  /** Asks whether the server holds the same (SPEC VR1). */
  record Verify(long request, List<NodeHash> nodes) implements Message {}

  /** What a client holds of one node: the hash of NO5 at this revision. */
  record NodeHash(UUID node, long revision, byte[] hash) {}

  // --- Commands, server to client ---

  /** The answer to Hello (SPEC VE2). */
  record Welcome(int major, int minor, String software, List<SessionInfo> sessions)
      implements Message {}

  /**
   * The client is in (SPEC LI4). {@code token} binds the other channels; {@code secret} lets it
   * come back.
   */
  record LoggedIn(
      long request,
      UUID client,
      byte[] token,
      byte[] secret,
      Role role,
      UUID incarnation,
      SessionState state,
      int timeoutMillis)
      implements Message {}

  /**
   * The answer to Verify (SPEC VR1).
   *
   * @param compared how many of the named nodes the server has at the same revision
   * @param differing those of them that it holds otherwise
   * @param members what came of the comparisons of all who are logged in
   */
  record Verified(long request, long compared, List<UUID> differing, List<Comparison> members)
      implements Message {}

  /** What came of one member's comparisons since its last log-in, and how old the last one is. */
  record Comparison(UUID user, String name, long compared, long differing, long ageMillis) {}

  /** A request was carried out. */
  record Done(long request) implements Message {}

  /** A request was refused; or with request 0, why the link ends (SPEC ER1). */
  record Failed(long request, ErrorCode code, String text) implements Message {}

  /** The session's state or incarnation changed (SPEC SE2). */
  record StateChanged(SessionState state, UUID incarnation) implements Message {}

  /** Everyone in the session, sent whenever that changes (SPEC SE8). */
  record Users(List<User> users) implements Message {}

  // --- Subscriber ---

  /**
   * Client: feed me from behind this sequence; 0 or a foreign incarnation means a snapshot (SPEC
   * SU1).
   */
  record Subscribe(byte[] token, UUID incarnation, long sequence, long creditBytes)
      implements Message {}

  /** Either side: this many more bytes may be sent to me on this channel (SPEC CR1). */
  record Grant(long bytes) implements Message {}

  /** Server: a snapshot at this sequence follows (SPEC SN1). */
  record SnapshotBegin(UUID incarnation, long sequence, long nodes, long bytes)
      implements Message {}

  /** Server: part of one encoded node of the snapshot (SPEC SN2, PT1). */
  record SnapshotPart(long index, long totalBytes, long offset, byte[] bytes) implements Message {}

  /** Server: the snapshot is complete (SPEC SN4). */
  record SnapshotEnd(long sequence) implements Message {}

  /** Server: part of one encoded log entry (SPEC LO3, PT1). */
  record EntryPart(long sequence, long totalBytes, long offset, byte[] bytes) implements Message {}

  /** Server: this sequence is the receiver's own commit with that counter (SPEC LO4). */
  record OwnEntry(long sequence, long counter) implements Message {}

  /**
   * Server: the stream has reached the log's end; everything of yours up to counter is settled
   * (SPEC SU4).
   */
  record CaughtUp(long sequence, long counter) implements Message {}

  // --- Publisher ---

  /** Client: binds this link to a log-in, on Publisher and TTL (SPEC CH4). */
  record Bind(byte[] token) implements Message {}

  /** Client: part of one encoded commit (SPEC CM2, PT1). */
  record PushPart(long counter, long totalBytes, long offset, byte[] bytes) implements Message {}

  /** Server: the commit is durable under this sequence (SPEC AC1). */
  record Accepted(long counter, long sequence) implements Message {}

  /**
   * Server: the commit was refused and changed nothing (SPEC AC3). {@code owner} is null unless
   * NOT_OWNER.
   */
  record Refused(long counter, ErrorCode code, String text, UUID owner) implements Message {}

  // --- files: on Publisher the server is the one who asks, on Subscriber the client ---

  /** Client, Publisher: this file can be had from me (SPEC FT1). */
  record FileOffer(Digest file, long bytes) implements Message {}

  /** What does this file consist of (SPEC FT2)? */
  record FileAsk(Digest file) implements Message {}

  /** Part of the manifest of a file; of 0 bytes in all if there is none (SPEC FT2, PT1). */
  record ManifestPart(Digest file, long totalBytes, long offset, byte[] bytes) implements Message {}

  /** These chunks are wanted, in this order (SPEC FT3). */
  record ChunkAsk(List<Digest> chunks) implements Message {}

  /** Part of a chunk; of 0 bytes in all if it cannot be had (SPEC FT3, PT1). */
  record ChunkPart(Digest chunk, long totalBytes, long offset, byte[] bytes) implements Message {}

  /** Server, Publisher: all of the file is here (SPEC FT4). */
  record FileKept(Digest file) implements Message {}

  /** Server, Publisher: why the file is not kept (SPEC FT5). */
  record FileFailed(Digest file, ErrorCode code, String text) implements Message {}

  /** Client, Subscriber: the file is not waited for any more (SPEC FT9). */
  record FileLeave(Digest file) implements Message {}

  // --- TTL ---

  /**
   * Client: alive (SPEC HB1). {@code sentNanos} is the client's own clock; {@code pingMillis} its
   * last figure or -1.
   */
  record Heartbeat(long sentNanos, int pingMillis) implements Message {}

  /** Server: echoes a heartbeat (SPEC HB2). */
  record HeartbeatReply(long sentNanos) implements Message {}

  /** Client: where I am (SPEC PR1). */
  record Presence(Value.Fields state) implements Message {}

  /** Server: where a user is (SPEC PR2). */
  record UserPresence(UUID user, Value.Fields state) implements Message {}

  /**
   * A session as Welcome lists it.
   *
   * @param passwordNeeded whether the server asks for a password
   * @param blenderVersion the release (major.minor) its members run, empty while nobody has joined
   */
  record SessionInfo(
      String name, SessionState state, int users, boolean passwordNeeded, String blenderVersion) {}
}
