package org.multiuser.protocol.model;

/** What a user may do in a session (SPEC RI1). The order is the wire number. */
public enum Role {
  VIEWER,
  EDITOR,
  ADMIN
}
