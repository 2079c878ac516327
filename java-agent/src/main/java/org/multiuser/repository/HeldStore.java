package org.multiuser.repository;

import java.util.UUID;

/**
 * Where an agent keeps what Blender is known to hold, so that it outlives the agent: the next one
 * tells by it what the artist edited meanwhile (bridge.md BR5). Called on the thread that steps the
 * repository; must return at once. What it is told describes the state after every pending commit
 * that the {@link PendingStore} took before.
 */
public interface HeldStore {
  /** Keeps nothing: for tests and users without a Blender. */
  HeldStore NONE = (id, now) -> {};

  /** From now on this is known of the datablock; the last one told counts. */
  void keep(UUID id, Held now);
}
