package org.multiuser.server.room;

/** What whoever runs the server wants of it. */
public sealed interface Order {
  /** How it stands: {@link Answer.Seen}. */
  record Look() implements Order {}

  /**
   * A member goes, and with {@code ban} may not come back.
   *
   * @param session whose member, empty for wherever there is one of that name
   */
  record Kick(String user, String session, boolean ban, String reason) implements Order {}

  /**
   * Whoever was banned under this name may come back.
   *
   * @param session from which one, empty for all
   */
  record Unban(String user, String session) implements Order {}

  /** All that was said so far is to be durable before the answer. */
  record Save() implements Order {}
}
