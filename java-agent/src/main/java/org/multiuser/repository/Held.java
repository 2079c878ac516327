package org.multiuser.repository;

import org.multiuser.protocol.model.Node;

/**
 * What Blender is known to hold of one datablock, apart from what it was not captured since.
 *
 * @param held what it was last seen to hold, or null
 * @param coming what it holds once it has applied the changes that it took and did not report done;
 *     null if there are none
 */
public record Held(Node held, Node coming) {
  /** Nothing is known. */
  public static final Held NOTHING = new Held(null, null);

  /** Whether nothing is known. */
  public boolean isNothing() {
    return held == null && coming == null;
  }
}
