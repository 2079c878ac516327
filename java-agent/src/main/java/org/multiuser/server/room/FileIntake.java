package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Message;

/**
 * What one member was asked for of its files and has not brought yet (SPEC FT2, FT3). One for each
 * link of Publisher.
 */
final class FileIntake {
  /**
   * What may be asked for and not be kept yet, in bytes: enough for 20 MB/s over 50 ms, and little
   * enough that an edit behind it does not wait.
   */
  static final long WINDOW_BYTES = 1L << 20;

  /** A chunk on its way, and the file that it was asked for. */
  record Asked(Arriving file, Manifest.Chunk chunk) {}

  private final Link link;
  private final PartAssembler chunks = new PartAssembler(Cutter.LONGEST);
  private final PartAssembler manifests = new PartAssembler(Limits.MANIFEST_BYTES);
  private final Deque<Asked> asked = new ArrayDeque<>();
  private final Deque<Digest> described = new ArrayDeque<>();
  private long openBytes;

  FileIntake(Link link) {
    this.link = link;
  }

  Link link() {
    return link;
  }

  /** Whether more may be asked for. */
  boolean hasRoom() {
    return openBytes < WINDOW_BYTES && asked.size() < Limits.ASKED_CHUNKS;
  }

  /** A chunk is asked for. */
  void ask(Asked chunk) {
    asked.add(chunk);
    openBytes += chunk.chunk().length();
  }

  /** A manifest is asked for. */
  void askManifest(Digest file) {
    described.add(file);
  }

  /**
   * Takes a part of a chunk.
   *
   * @return its content with the last part, nothing in it if it cannot be had
   * @throws org.multiuser.protocol.codec.ProtocolException if it was not asked for
   */
  Optional<byte[]> part(Message.ChunkPart part) {
    Asked next = asked.peek();
    boolean wanted = next != null && next.chunk().digest().equals(part.chunk());
    if (!wanted || (part.totalBytes() != 0 && next.chunk().length() != part.totalBytes())) {
      throw Requests.bad("a part of a chunk that was not asked for");
    }
    return chunks.add(part.totalBytes(), part.offset(), part.bytes());
  }

  /** The chunk whose last part came; it still counts until it is done with. */
  Asked arrived() {
    return asked.remove();
  }

  /** A chunk that arrived is kept, or will not be. */
  void done(Asked chunk) {
    openBytes -= chunk.chunk().length();
  }

  /** What was asked for and did not come. */
  Collection<Asked> open() {
    return asked;
  }

  /**
   * Takes a part of a manifest.
   *
   * @return all of it with the last part, nothing in it if it cannot be had
   * @throws org.multiuser.protocol.codec.ProtocolException if it was not asked for
   */
  Optional<byte[]> part(Message.ManifestPart part) {
    if (!part.file().equals(described.peek())) {
      throw Requests.bad("a part of a manifest that was not asked for");
    }
    Optional<byte[]> whole = manifests.add(part.totalBytes(), part.offset(), part.bytes());
    whole.ifPresent(bytes -> described.remove());
    return whole;
  }
}
