package org.multiuser.protocol.commit;

import java.util.List;
import java.util.UUID;

/** One numbered line of a session's log (SPEC LO1): the one order that everybody applies. */
public sealed interface LogEntry {
  /** The number, rising by one from 1. */
  long sequence();

  /** A commit that the server accepted. */
  record Committed(long sequence, Commit commit) implements LogEntry {}

  /**
   * A change of owner that the server accepted.
   *
   * @param owner the new owner, or null for COMMON
   */
  record OwnerChanged(long sequence, UUID author, List<UUID> nodes, UUID owner)
      implements LogEntry {
    public OwnerChanged {
      nodes = List.copyOf(nodes);
    }
  }
}
