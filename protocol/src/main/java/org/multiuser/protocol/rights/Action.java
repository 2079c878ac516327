package org.multiuser.protocol.rights;

/** What a user may want to do (SPEC RI3). */
public enum Action {
  CREATE,
  EDIT,
  DELETE,
  TAKE,
  RELEASE,
  GIVE,
  INITIALISE,
  KICK,
  SET_ROLE
}
