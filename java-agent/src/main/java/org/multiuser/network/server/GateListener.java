package org.multiuser.network.server;

import org.multiuser.server.room.Link;

/** Hears of the gate's links, on the gate's threads; must return at once. */
public interface GateListener {
  /** A peer connected; nothing of what it sends was passed on before. */
  void opened(Link link, String address);

  /** A link is gone. */
  void gone(Link link);

  /** A connection was refused, or ended as it did not keep to the protocol. */
  default void refused() {}
}
