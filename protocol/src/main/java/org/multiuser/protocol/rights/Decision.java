package org.multiuser.protocol.rights;

import java.util.UUID;
import org.multiuser.protocol.message.ErrorCode;

/** Whether a user may do something, and if not, why (SPEC RI2). */
public sealed interface Decision {
  /** Go ahead. */
  record Allowed() implements Decision {}

  /**
   * Must be refused.
   *
   * @param code NOT_OWNER where another user owns the node, else NOT_ALLOWED
   * @param owner the owner in the way for NOT_OWNER, else null
   */
  record Denied(ErrorCode code, UUID owner) implements Decision {}

  /** Whether it is {@link Allowed}. */
  default boolean isAllowed() {
    return this instanceof Allowed;
  }
}
