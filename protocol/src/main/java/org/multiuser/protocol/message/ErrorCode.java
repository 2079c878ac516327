package org.multiuser.protocol.message;

/**
 * Why something was refused or ended (SPEC ER2). The order is the wire number; new ones go to the
 * end.
 */
public enum ErrorCode {
  INTERNAL,
  BAD_MESSAGE,
  TOO_LARGE,
  WRONG_VERSION,
  WRONG_PASSWORD,
  NAME_TAKEN,
  BAD_NAME,
  NO_SUCH_SESSION,
  SESSION_FULL,
  WRONG_BLENDER,
  NOT_LOGGED_IN,
  BANNED,
  NOT_ALLOWED,
  NOT_OWNER,
  NOT_ACTIVE,
  NO_SUCH_NODE,
  NODE_EXISTS,
  STALE_STRUCTURE,
  NO_SUCH_USER,
  KICKED,
  TIMED_OUT,
  SERVER_STOPPING,
  STORE_FAILED,
  TOO_FAST,
  NO_SUCH_FILE,
  CACHE_FULL
}
