package org.multiuser.server.room;

import java.util.UUID;
import org.multiuser.protocol.message.ErrorCode;

/**
 * Why something is not done.
 *
 * @param code for the program
 * @param text for the user: what to do
 * @param owner who owns the node, null unless the code is NOT_OWNER
 */
record Refusal(ErrorCode code, String text, UUID owner) {
  Refusal(ErrorCode code, String text) {
    this(code, text, null);
  }
}
