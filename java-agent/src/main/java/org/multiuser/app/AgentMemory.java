package org.multiuser.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.files.AbandonedJoin;
import org.multiuser.files.FileHeldStore;
import org.multiuser.files.FilePendingStore;
import org.multiuser.files.JoinFile;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.repository.Held;
import org.multiuser.repository.HeldStore;
import org.multiuser.repository.PendingStore;
import org.multiuser.repository.Repository;

/**
 * What outlives an agent: whom it was in the session, the commits that it had not pushed, and what
 * its Blender is known to hold. Without a folder nothing does. All methods: the agent's thread.
 */
final class AgentMemory implements AutoCloseable {
  private static final long JOURNAL_SLACK_BYTES = 32 << 20;

  private final Path folder;
  private final FilePendingStore pending;
  private final FileHeldStore held;
  private final JoinFile joins;

  /**
   * The memory in a folder.
   *
   * @param folder of one Blender's one join, or null to keep nothing
   * @throws java.io.UncheckedIOException if the folder cannot be used
   */
  AgentMemory(Path folder, BulkCodec bulk) {
    this.folder = folder;
    pending = folder == null ? null : new FilePendingStore(folder);
    held = folder == null ? null : new FileHeldStore(folder, bulk, JOURNAL_SLACK_BYTES);
    joins = folder == null ? null : new JoinFile(folder);
  }

  /** The stores for a repository of its own: what is not pushed. */
  PendingStore pending() {
    return pending == null ? PendingStore.NONE : pending;
  }

  /** What Blender is known to hold. */
  HeldStore held() {
    return held == null ? HeldStore.NONE : held;
  }

  /** The last join, if it was for the same place. */
  Optional<JoinFile.Join> last(String where) {
    return joins == null
        ? Optional.empty()
        : joins.read().filter(join -> join.where().equals(where));
  }

  /** A join to go on with of which this Blender knows nothing: it ended without leaving. */
  Optional<JoinFile.Join> abandoned(String where) {
    boolean isFresh = joins != null && joins.read().isEmpty();
    return isFresh ? AbandonedJoin.takeOver(folder, where, pending) : Optional.empty();
  }

  /** Gives a repository the commits that the join did not push; those of another are set aside. */
  void restorePending(Repository repository, JoinFile.Join join) {
    if (pending == null) {
      return;
    }
    if (join.incarnation() != null) {
      repository.restore(join.incarnation(), pending.load());
    } else if (!pending.load().isEmpty()) {
      pending.setAside(join.client());
    }
  }

  /**
   * Gives a repository what the agent before knew of Blender.
   *
   * @param isFirst whether this is the agent's first join: what is known is of none that it made
   */
  void restoreHeld(Repository repository, JoinFile.Join join, boolean isFirst) {
    if (held == null) {
      return;
    }
    Map<UUID, Held> known = isFirst ? held.start() : Map.of();
    if (isFirst && join.incarnation() != null) {
      repository.restoreHeld(known);
    } else {
      held.clear();
    }
  }

  /** Remembers whom the agent is now. */
  void remember(JoinFile.Join join) {
    if (joins != null) {
      joins.write(join);
    }
  }

  /**
   * The identity is over.
   *
   * @param hasPending whether there are commits of it, which are put aside
   */
  void forget(UUID client, boolean hasPending) {
    if (joins == null) {
      return;
    }
    joins.delete();
    held.clear();
    if (hasPending) {
      pending.setAside(client);
    }
  }

  @Override
  public void close() {
    if (folder != null) {
      pending.close();
      held.close();
    }
  }

  @Override
  public String toString() {
    return folder == null ? "nothing" : folder.toString();
  }
}
