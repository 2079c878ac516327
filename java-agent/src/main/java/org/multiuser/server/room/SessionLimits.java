package org.multiuser.server.room;

/**
 * What a server holds at most (SPEC LM).
 *
 * @param sessions sessions, those included that are kept and not open
 * @param users users in a session
 * @param commitBytes an encoded commit
 * @param keptBytes what a session may take on disk until no more edits are taken; its files are
 *     counted for themselves
 * @param pendingBytes what waits for one user to take it: on Subscriber no more is sent ahead,
 *     whatever credit there is; on the other channels a link ends at twice as much
 */
public record SessionLimits(
    int sessions, int users, long commitBytes, long keptBytes, long pendingBytes) {
  /** Those of the protocol. */
  public static final SessionLimits USUAL =
      new SessionLimits(100, 64, 1L << 30, 64L << 30, 16L << 20);
}
