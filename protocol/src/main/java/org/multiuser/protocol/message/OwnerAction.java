package org.multiuser.protocol.message;

/** What a change of owner asks for (SPEC RI5). The order is the wire number. */
public enum OwnerAction {
  TAKE,
  RELEASE,
  GIVE
}
