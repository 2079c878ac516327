package org.multiuser.agent;

import org.multiuser.protocol.file.Digest;

/**
 * How far a file has come.
 *
 * @param up whether it goes to the session; else it comes from it
 * @param doneBytes what is there where it is to go, also what was there before
 * @param totalBytes its size, 0 while that is not known
 * @param problem why it does not go on, empty if it does
 */
public record Transfer(
    Digest file, boolean up, State state, long doneBytes, long totalBytes, String problem) {
  /** Where a transfer stands. */
  public enum State {
    /** Nobody has told yet what it consists of, or the link is down. */
    WAITING,
    /** It is on its way. */
    MOVING,
    /** All of it is there. */
    DONE,
    /** It will not come by itself. */
    FAILED
  }
}
