package org.multiuser.server.room;

/**
 * Whoever keeps the sessions' files. The methods return at once; what came of them is told as
 * events.
 */
public interface FileKeeper extends AutoCloseable {
  /** Looks a file up: FileFound. */
  void find(Effect.FindFile find);

  /** Looks through a manifest: FileFound or ManifestWrong. */
  void check(Effect.CheckManifest check);

  /** Keeps a manifest: FileFound or FileRefused. */
  void keep(Effect.KeepManifest keep);

  /** Keeps a chunk: ChunkKept. */
  void keep(Effect.KeepChunk keep);

  /** Reads a chunk: ChunkRead. */
  void read(Effect.ReadChunk read);

  /** Throws away what is not needed. */
  void collect(Effect.CollectFiles collect);

  /** Finishes what was asked for and ends. */
  @Override
  void close();
}
