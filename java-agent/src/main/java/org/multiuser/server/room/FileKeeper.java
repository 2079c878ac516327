package org.multiuser.server.room;

/**
 * Whoever keeps the sessions' files. The methods return at once; what came of them is told as
 * events.
 */
public interface FileKeeper extends AutoCloseable {
  /** Looks a file up: FileFound. */
  void find(Effect.FindFile find);

  /** Keeps a manifest: FileFound. */
  void keep(Effect.KeepManifest keep);

  /** Keeps a chunk: ChunkKept. */
  void keep(Effect.KeepChunk keep);

  /** Reads a chunk: ChunkRead. */
  void read(Effect.ReadChunk read);

  /** Finishes what was asked for and ends. */
  @Override
  void close();
}
