package org.multiuser.repository;

import java.util.UUID;

/**
 * One node as a list of all of them shows it (BR32).
 *
 * @param owner the user who owns it, or null
 * @param waiting how many of this artist's commits to it wait to be pushed by hand
 * @param author who made the last commit to it that came since the join, or null
 * @param changedMillis when that came, by the clock of the agent since 1970; 0 if none did
 * @param refused why the last edit of this artist was refused, or empty
 */
public record Row(
    UUID id,
    String type,
    String name,
    UUID owner,
    State state,
    int waiting,
    UUID author,
    long changedMillis,
    String refused) {

  /** Where a node stands between this artist and the server; the first that is true of it. */
  public enum State {
    /** This artist's commits to it wait to be pushed by hand. */
    COMMITTED,
    /** It is new, and the server does not have it yet. */
    ADDED,
    /** Commits to it are on their way to the server. */
    PUSHED,
    /** Others' changes are here, and Blender does not show them yet. */
    FETCHED,
    /** The last edit was refused; Blender was put back. */
    REFUSED,
    /** Server, agent and Blender hold the same. */
    UP
  }
}
