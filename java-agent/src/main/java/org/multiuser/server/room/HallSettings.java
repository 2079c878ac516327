package org.multiuser.server.room;

/**
 * What a server is run with.
 *
 * @param software the name and version it tells
 * @param timeoutMillis how long a silent user is kept (SPEC HB4)
 * @param recentBytes how much of each session's log is kept in memory for subscribers
 * @param images how often each session's image is kept, and its log trimmed
 * @param collectMillis how often it is found out which of its files a session needs (SPEC FT8)
 */
public record HallSettings(
    String software, int timeoutMillis, long recentBytes, ImagePace images, long collectMillis) {
  /** How often collections usually are. */
  public static final long COLLECT_MILLIS = 600_000;

  /** Settings with the usual pace of images and collections. */
  public HallSettings(String software, int timeoutMillis, long recentBytes) {
    this(software, timeoutMillis, recentBytes, ImagePace.USUAL, COLLECT_MILLIS);
  }
}
