package org.multiuser.protocol.model;

/** The life of a session on the server (SPEC SE1). The order is the wire number. */
public enum SessionState {
  LOBBY,
  INITIALISING,
  ACTIVE
}
