package org.multiuser.app.recording;

import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * One record of a recording (docs/agent-scripts.md, Recordings). Immutable; times are microseconds
 * since {@link Begun}.
 */
sealed interface Recorded {
  /**
   * The first record: what this file is.
   *
   * @param startedMillis when, since 1970
   * @param session the name of the session
   * @param software what recorded it
   */
  record Header(long startedMillis, String session, String software) implements Recorded {}

  /**
   * The session as it was when the recording began; so many {@link FirstNode}s follow.
   *
   * @param sequence its number in the log
   */
  record Begun(long sequence, long nodes) implements Recorded {}

  /** A node that was there at the start. */
  record FirstNode(Node node) implements Recorded {}

  /** A user is there whom no earlier record named. */
  record Joined(long atMicros, UUID id, String name, int colour) implements Recorded {}

  /**
   * The next entry of the session's log.
   *
   * @param entry its bytes as the server sent them (SPEC LO2)
   */
  record Logged(long atMicros, byte[] entry) implements Recorded {}

  /** A user told where they are (SPEC PR). */
  record Seen(long atMicros, UUID user, Value.Fields state) implements Recorded {}

  /**
   * The recording was ended in order.
   *
   * @param hash what equal replicas have in common, of the session as it was then
   */
  record End(long atMicros, byte[] hash) implements Recorded {}
}
