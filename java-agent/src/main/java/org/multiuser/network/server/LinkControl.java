package org.multiuser.network.server;

import org.multiuser.server.room.Link;

/** What may be done to a link that stands. From any thread. */
public interface LinkControl {
  /** Ends a link once what was sent over it had the time to get out; takes nothing in meanwhile. */
  void end(Link link);

  /** Takes nothing in for so long, from now on; then goes on where it was. */
  void slow(Link link, long nanos);
}
