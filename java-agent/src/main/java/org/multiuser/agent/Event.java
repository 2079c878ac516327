package org.multiuser.agent;

import java.util.UUID;
import org.multiuser.protocol.message.ErrorCode;

/**
 * Something that the user should know (BR11).
 *
 * @param text one sentence in English
 * @param node the node it is about, or null
 * @param code why, or null
 * @param owner the user who owns the node, or null
 */
public record Event(Kind kind, String text, UUID node, ErrorCode code, UUID owner) {
  /** What sort of event it is; the names in lower case are those of BR11. */
  public enum Kind {
    REFUSED,
    JOINED,
    LEFT,
    INFO,
    WARNING,
    ERROR,
    OWNER
  }

  /** An event about no node in particular. */
  public static Event of(Kind kind, String text) {
    return new Event(kind, text, null, null, null);
  }
}
