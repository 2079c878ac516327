package org.multiuser.protocol.commit;

import java.util.List;
import java.util.UUID;

/**
 * An atomic change of one node (SPEC CM1). Immutable.
 *
 * @param author the client that made it
 * @param counter the author's own number for it, rising from 1 (SPEC CM3)
 * @param node the node it changes
 * @param structure the structure token that its buffer steps assume, 0 where it has none (SPEC CM8)
 * @param newStructure the token that the node's structure has after it, 0 where the structure stays
 *     (SPEC CM9)
 * @param operations the steps, in order
 */
public record Commit(
    UUID author,
    long counter,
    UUID node,
    long structure,
    long newStructure,
    List<Operation> operations) {
  /** The author of what the server itself commits (SPEC NA2); no client has this identity. */
  public static final UUID SERVER = new UUID(0, 0);

  public Commit {
    operations = List.copyOf(operations);
  }
}
