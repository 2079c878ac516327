package org.multiuser.server.room;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;

/**
 * Where one session is kept. The room never calls it: it asks for that by effects, and the driver
 * calls it on the store's thread, one call at a time.
 */
public interface RoomStore extends AutoCloseable {
  /**
   * Everything kept, once, before anything else.
   *
   * @throws StoreException if it cannot be read
   */
  Stored load() throws StoreException;

  /**
   * Keeps these changes, in order and all together. When it returns they survive the death of the
   * process, and of the machine unless the store was opened for less (SPEC DU1, DU2).
   *
   * @throws StoreException if they could not be kept; none of them is, and the store is to be
   *     closed
   */
  void save(List<StoreChange> changes) throws StoreException;

  /**
   * Lines of the log.
   *
   * @param from the first sequence wanted
   * @param maxBytes where to stop, after at least one line
   * @return the lines from there on, without gap; empty behind the end, and where the first one is
   *     not kept any more (SPEC DU4) or damaged (SPEC DU5)
   * @throws StoreException if they cannot be read
   */
  List<StoreChange.Entry> read(long from, long maxBytes) throws StoreException;

  /** What it takes on disk, in bytes; 0 where it is not on one. */
  default long bytes() {
    return 0;
  }

  @Override
  void close();

  /**
   * What is kept of a session.
   *
   * @param header what it is, or null if nothing was kept yet
   * @param members who belongs to it
   * @param settled the highest counter kept of each author (SPEC CM3)
   * @param identities of those who left: the SHA-256 of the secret that proves each (SPEC ID2)
   * @param bans identities and user names that may not come back
   * @param roles what those may do who come under these names (SPEC RI9)
   * @param imageSequence up to where the log is in the nodes below
   * @param nodes the image as of that sequence; some may be ahead of it (see {@link Replay})
   * @param tail the log behind it, without gap
   */
  record Stored(
      StoreChange.Header header,
      List<StoreChange.Member> members,
      Map<UUID, Long> settled,
      Map<UUID, byte[]> identities,
      List<StoreChange.Ban> bans,
      Map<String, Role> roles,
      long imageSequence,
      List<Node> nodes,
      List<StoreChange.Entry> tail) {
    /** A session of which nothing is kept. */
    public static final Stored NOTHING =
        new Stored(
            null, List.of(), Map.of(), Map.of(), List.of(), Map.of(), 0, List.of(), List.of());
  }
}
