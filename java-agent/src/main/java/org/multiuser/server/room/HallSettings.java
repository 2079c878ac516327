package org.multiuser.server.room;

import org.multiuser.protocol.model.Role;

/**
 * What a server is run with.
 *
 * @param software the name and version it tells
 * @param timeoutMillis how long a silent user is kept (SPEC HB4)
 * @param recentBytes how much of each session's log is kept in memory for subscribers
 * @param images how often each session's image is kept, and its log trimmed
 * @param collectMillis how often it is found out which of its files a session needs (SPEC FT8)
 * @param limits what it holds at most
 * @param joining the role of who joins and is not known (SPEC RI9)
 */
public record HallSettings(
    String software,
    int timeoutMillis,
    long recentBytes,
    ImagePace images,
    long collectMillis,
    SessionLimits limits,
    Role joining) {
  /** How often collections usually are. */
  public static final long COLLECT_MILLIS = 600_000;

  /** Settings with the usual limits and role. */
  public HallSettings(
      String software, int timeoutMillis, long recentBytes, ImagePace images, long collectMillis) {
    this(
        software,
        timeoutMillis,
        recentBytes,
        images,
        collectMillis,
        SessionLimits.USUAL,
        Role.EDITOR);
  }

  /** Settings with the usual pace of images and collections, too. */
  public HallSettings(String software, int timeoutMillis, long recentBytes) {
    this(software, timeoutMillis, recentBytes, ImagePace.USUAL, COLLECT_MILLIS);
  }

  /** The same with other limits. */
  public HallSettings with(SessionLimits other) {
    return new HallSettings(
        software, timeoutMillis, recentBytes, images, collectMillis, other, joining);
  }

  /** The same with another role for who joins. */
  public HallSettings with(Role other) {
    return new HallSettings(
        software, timeoutMillis, recentBytes, images, collectMillis, limits, other);
  }
}
