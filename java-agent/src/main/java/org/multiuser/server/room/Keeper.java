package org.multiuser.server.room;

/**
 * Whoever carries out what the core wants of its stores. The methods return at once; what came of
 * them is told as events.
 */
public interface Keeper extends AutoCloseable {
  /** Opens a session's store: Loaded or LoadFailed. */
  void load(Effect.Load load);

  /** Keeps changes: Saved or StoreFailed. */
  void save(Effect.Save save);

  /** Reads the log: EntriesRead or StoreFailed. */
  void read(Effect.Read read);

  /** Compares hashes: Compared. */
  void compare(Effect.Compare compare);

  /** Closes a session's store. */
  void close(Effect.CloseStore close);

  /** Finishes what was asked for, closes all stores and ends. */
  @Override
  void close();
}
