package org.multiuser.protocol.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A replicated datablock (SPEC NO1). Immutable.
 *
 * @param id the identity for the life of the session
 * @param type Blender's RNA type, such as "Mesh"
 * @param owner the owning user, or null for COMMON
 * @param revision the sequence of the last entry that changed it
 * @param structure the structure token that its buffers have now (SPEC NO4)
 * @param properties the property tree
 * @param buffers the dense arrays by name
 */
public record Node(
    UUID id,
    String type,
    UUID owner,
    long revision,
    long structure,
    Value.Fields properties,
    SortedMap<String, Buffer> buffers) {
  public Node {
    buffers = Collections.unmodifiableSortedMap(new TreeMap<>(buffers));
  }
}
