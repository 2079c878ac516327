package org.multiuser.server.room;

/**
 * What a server is run with.
 *
 * @param software the name and version it tells
 * @param timeoutMillis how long a silent user is kept (SPEC HB4)
 * @param recentBytes how much of each session's log is kept in memory for subscribers
 */
public record HallSettings(String software, int timeoutMillis, long recentBytes) {}
