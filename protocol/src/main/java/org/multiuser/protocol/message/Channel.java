package org.multiuser.protocol.message;

/** The four channels (SPEC CH1). The order is the offset from the base port. */
public enum Channel {
  COMMANDS,
  SUBSCRIBER,
  PUBLISHER,
  TTL
}
