package org.multiuser.server.room;

/** What came of an {@link Order}. */
public sealed interface Answer {
  /** How the server stands. */
  record Seen(Census census) implements Answer {}

  /**
   * It is done.
   *
   * @param text what, in one or more lines
   */
  record Done(String text) implements Answer {}

  /**
   * It is not done.
   *
   * @param text why, and what to do
   */
  record Refused(String text) implements Answer {}
}
