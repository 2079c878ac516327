package org.multiuser.server.room;

import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;

/** One thing that a session wants kept. Changes of one batch are kept together or not at all. */
public sealed interface StoreChange {
  /** The session's own state; replaces what was kept of it. */
  record SaveHeader(Header header) implements StoreChange {}

  /** The log and the image start anew, empty; the settled counters of all authors stay known. */
  record Restart() implements StoreChange {}

  /** One more line of the log. */
  record Append(Entry entry) implements StoreChange {}

  /** A member came or changed; replaces what was kept under the identity. */
  record SaveMember(Member member) implements StoreChange {}

  /** A member left for good. */
  record ForgetMember(UUID id) implements StoreChange {}

  /**
   * Whoever comes under this identity must prove it, also after its member left (SPEC ID2).
   *
   * @param proof the SHA-256 of its secret
   */
  record KeepIdentity(UUID id, byte[] proof) implements StoreChange {}

  /** Neither this identity nor this name may come back. */
  record Ban(UUID id, String name) implements StoreChange {}

  /** Whoever comes under this name has this role (SPEC RI9). */
  record KeepRole(String name, Role role) implements StoreChange {}

  /** Whoever was banned under this name may come back. */
  record Unban(String name) implements StoreChange {}

  /** The node as it is now, for the next {@link Checkpoint}; it may come batches before that. */
  record PutNode(Node node) implements StoreChange {}

  /** The node is gone by now; for the next {@link Checkpoint}. */
  record DropNode(UUID id) implements StoreChange {}

  /**
   * From now on the kept nodes hold everything up to this sequence. Nodes that changed later may be
   * ahead of it, as their revision tells (see {@link Replay}).
   */
  record Checkpoint(long sequence) implements StoreChange {}

  /**
   * Forget some of the oldest lines, but none behind the checkpoint before the last (SPEC DU4).
   *
   * @param maxEntries at most so many lines
   * @param maxBytes where to stop, after at least one line
   */
  record Trim(int maxEntries, long maxBytes) implements StoreChange {}

  /**
   * What a session is.
   *
   * @param incarnation the identity of its log (SPEC SE3)
   * @param state where it stands
   * @param blenderVersion the release of its members, empty while none has set it (SPEC LI6)
   * @param initialiser who initialises it, null unless INITIALISING
   */
  record Header(UUID incarnation, SessionState state, String blenderVersion, UUID initialiser) {}

  /**
   * One line of the log as it is kept and sent.
   *
   * @param sequence its number
   * @param author who made it, null for the server
   * @param counter the author's counter for a commit, 0 for a change of owner and the server's own
   * @param bytes the encoded log entry (SPEC LO2)
   */
  record Entry(long sequence, UUID author, long counter, byte[] bytes) {}

  /**
   * Someone who has logged in and not left.
   *
   * @param secret what proves the identity (SPEC LI4)
   */
  record Member(UUID id, String name, Role role, int colour, byte[] secret) {}
}
