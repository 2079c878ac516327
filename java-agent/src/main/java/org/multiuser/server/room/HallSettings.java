package org.multiuser.server.room;

/**
 * What a server is run with.
 *
 * @param software the name and version it tells
 * @param timeoutMillis how long a silent user is kept (SPEC HB4)
 * @param recentBytes how much of each session's log is kept in memory for subscribers
 * @param images how often each session's image is kept, and its log trimmed
 */
public record HallSettings(String software, int timeoutMillis, long recentBytes, ImagePace images) {

  /** Settings with the usual pace of images. */
  public HallSettings(String software, int timeoutMillis, long recentBytes) {
    this(software, timeoutMillis, recentBytes, ImagePace.USUAL);
  }
}
