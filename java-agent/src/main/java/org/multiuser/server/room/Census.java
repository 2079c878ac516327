package org.multiuser.server.room;

import java.util.List;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;

/**
 * How the server stands at one moment.
 *
 * @param sessions those that are open, by name
 * @param failed sessions that cannot be kept or opened, until they are opened anew
 * @param links how many stand, logged in or not
 */
public record Census(List<Session> sessions, List<String> failed, int links, Tally tally) {
  /**
   * A session.
   *
   * @param blenderVersion the release of its members, empty while none has set it
   * @param datablocks how many it holds
   * @param sequence the number of its last durable edit
   * @param waitingBytes edits that are not durable yet
   * @param users its members, offline ones too
   * @param banned names under which somebody was banned
   */
  public record Session(
      String name,
      SessionState state,
      String blenderVersion,
      int datablocks,
      long sequence,
      long waitingBytes,
      List<User> users,
      List<String> banned) {}
}
