package org.multiuser.repository;

import java.util.UUID;
import org.multiuser.protocol.commit.Commit;

/**
 * Where an agent keeps its commits until the server has settled them (SPEC AC2), so that they
 * outlive the agent. Called on the thread that steps the repository.
 */
public interface PendingStore {
  /** Keeps nothing: for tests and users without a state folder. */
  PendingStore NONE =
      new PendingStore() {
        @Override
        public void append(Commit commit) {}

        @Override
        public void release(long waited, Commit commit) {}

        @Override
        public void settle(long counter) {}

        @Override
        public void setAside(UUID incarnation) {}
      };

  /**
   * Keeps a commit. Returns when a crash of this process cannot lose it any more.
   *
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  void append(Commit commit);

  /**
   * Keeps a commit in place of the one that waited under another counter (BR18), which is forgotten
   * at once: both together would be applied twice.
   *
   * @throws java.io.UncheckedIOException if it cannot be written; then all is as before
   */
  void release(long waited, Commit commit);

  /** Forgets a commit: accepted, refused or dropped. */
  void settle(long counter);

  /**
   * Puts what is kept aside as a copy and starts empty, because the session that it was made for is
   * gone.
   *
   * @param incarnation the incarnation that it was made for
   */
  void setAside(UUID incarnation);
}
