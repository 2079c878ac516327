package org.multiuser.server.room;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/** What happens to the server's core. */
public sealed interface Event {
  /** A peer connected. */
  record Opened(Link link, String address) implements Event {}

  /** A peer said something. */
  record Received(Link link, Message message) implements Event {}

  /** A peer sent what is no message (SPEC ER3). */
  record Malformed(Link link, ErrorCode code, String text) implements Event {}

  /** A link is gone, whoever ended it. */
  record Gone(Link link) implements Event {}

  /** Whether the password was right that came over this link. */
  record PasswordChecked(Link link, boolean right) implements Event {}

  /** A session of which something may be kept is to be opened. */
  record OpenSession(String session) implements Event {}

  /** A session's store was opened. */
  record Loaded(String session, RoomStore.Stored stored) implements Event {}

  /** A session's store could not be opened. */
  record LoadFailed(String session, String text) implements Event {}

  /**
   * The last Save of this session is durable.
   *
   * @param keptBytes what its store takes on disk now
   */
  record Saved(String session, long keptBytes) implements Event {}

  /** Lines of the log that a Read asked for. */
  record EntriesRead(
      String session, UUID incarnation, Link subscriber, List<StoreChange.Entry> entries)
      implements Event {}

  /** How many hashes a Compare worked out, and the nodes whose hash is another one. */
  record Compared(String session, UUID member, long request, int compared, List<UUID> differing)
      implements Event {}

  /** What came of what was wanted of a session's files. */
  sealed interface OfFile extends Event {
    /** Whose files. */
    String session();
  }

  /**
   * What a session has of a file.
   *
   * @param manifest what it consists of, null if that is not known
   * @param missing its chunks that are not there, with their lengths, in their order; belongs to
   *     whoever takes the event
   * @param kept whether the manifest is kept, which it is when all of the file is there
   */
  record FileFound(
      String session, Digest file, Manifest manifest, Map<Digest, Integer> missing, boolean kept)
      implements OfFile {
    /** Whether all of the file is there. */
    public boolean isComplete() {
      return manifest != null && missing.isEmpty() && kept;
    }
  }

  /** What a member sent is no manifest, or not that of the file, or at odds with what is there. */
  record ManifestWrong(String session, Digest file) implements OfFile {}

  /**
   * What a file consists of cannot be kept.
   *
   * @param text what to do
   */
  record FileRefused(String session, Digest file, String text) implements OfFile {}

  /**
   * What came of keeping a chunk.
   *
   * @param length of its content
   * @param text what to do, where it is not kept
   */
  record ChunkKept(String session, Digest chunk, int length, Outcome outcome, String text)
      implements OfFile {}

  /** How keeping a chunk went: WRONG is one that is not what its name says. */
  enum Outcome {
    KEPT,
    WRONG,
    FAILED
  }

  /** A chunk that a ReadChunk asked for, null if it is not there or damaged. */
  record ChunkRead(String session, Link subscriber, Digest chunk, byte[] content)
      implements OfFile {}

  /** A session's store failed: nothing that was not durable yet will ever be. */
  record StoreFailed(String session, String text) implements Event {}

  /** Nothing in particular: time has passed, or work was left over. */
  record Tick() implements Event {}

  /**
   * Whoever runs the server wants something.
   *
   * @param request a number that the answer names
   */
  record Asked(long request, Order order) implements Event {}

  /** The server is about to end. */
  record Stop() implements Event {}
}
