package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.Message;

/**
 * The files that one member offers, and what it was asked for of them and has not brought yet (SPEC
 * FT). One for each link of Publisher.
 */
final class FileIntake {
  /**
   * What may be asked for and not be kept yet, in bytes: enough for 20 MB/s over 50 ms, and little
   * enough that an edit behind it does not wait.
   */
  static final long WINDOW_BYTES = 1L << 20;

  /** How long a member that was asked may say nothing of it: others are asked then (SPEC FT3). */
  static final long QUIET_NANOS = 120_000_000_000L;

  /** A chunk on its way, and the file that it was asked for. */
  record Asked(Arriving file, Digest chunk, int length) {}

  /** What it may have, those that were asked last at the end. */
  final Set<Arriving> files = new LinkedHashSet<>();

  /** Those that the member offered by itself (SPEC FT1); the others it is asked for (FT6). */
  final Set<Arriving> offered = new HashSet<>();

  private final Link link;
  private final PartAssembler chunks = new PartAssembler(Cutter.LONGEST);
  private final PartAssembler manifests = new PartAssembler(Limits.MANIFEST_BYTES);
  private final Deque<Asked> asked = new ArrayDeque<>();
  private final Deque<Digest> described = new ArrayDeque<>();
  private long openBytes;

  /** When something came last of what is asked for, or the asking began: the tick after that. */
  private long heardNanos;

  /** Whether that was since the last tick: before the next one nobody knows what time it is. */
  private boolean heard;

  private boolean ended;

  FileIntake(Link link) {
    this.link = link;
  }

  Link link() {
    return link;
  }

  /** Whether a chunk of this length may be asked for. */
  boolean hasRoom(int length) {
    return !ended
        && asked.size() < Limits.ASKED_CHUNKS
        && (openBytes == 0 || openBytes + length <= WINDOW_BYTES);
  }

  /** A chunk is asked for. */
  void ask(Asked chunk) {
    begin();
    asked.add(chunk);
    openBytes += chunk.length();
  }

  /** A manifest is asked for. */
  void askManifest(Digest file) {
    begin();
    described.add(file);
  }

  /** Who was asked for nothing was not silent. */
  private void begin() {
    heard |= !isAsked();
  }

  private boolean isAsked() {
    return !asked.isEmpty() || !described.isEmpty();
  }

  /**
   * Time passes.
   *
   * @return whether the member was asked for something and said nothing for too long
   */
  boolean tick(long nowNanos) {
    if (heard) {
      heard = false;
      heardNanos = nowNanos;
    }
    return isAsked() && !ended && nowNanos - heardNanos > QUIET_NANOS;
  }

  /** Whether nothing is asked for over this link any more. */
  boolean isEnded() {
    return ended;
  }

  /** Nothing is asked for over this link any more, and what still comes is passed over. */
  List<Asked> end() {
    List<Asked> open = new ArrayList<>(asked);
    ended = true;
    asked.clear();
    described.clear();
    return open;
  }

  /**
   * Takes a part of a chunk.
   *
   * @return what was asked for with its last part, and its content: nothing if it cannot be had
   * @throws org.multiuser.protocol.codec.ProtocolException if it was not asked for
   */
  Optional<Brought> part(Message.ChunkPart part) {
    if (ended) {
      return Optional.empty();
    }
    if (asked.isEmpty() || !asked.peek().chunk().equals(part.chunk())) {
      throw Requests.bad("a part of a chunk that was not asked for");
    }
    heard = true;
    return chunks
        .add(part.totalBytes(), part.offset(), part.bytes())
        .map(content -> new Brought(asked.remove(), content));
  }

  /** A chunk that came; it still counts until it is done with. */
  record Brought(Asked asked, byte[] content) {}

  /** A chunk that came is kept, or will not be. */
  void done(Asked chunk) {
    openBytes -= chunk.length();
  }

  /**
   * Takes a part of a manifest.
   *
   * @return all of it with the last part, nothing in it if it cannot be had
   * @throws org.multiuser.protocol.codec.ProtocolException if it was not asked for
   */
  Optional<byte[]> part(Message.ManifestPart part) {
    if (ended) {
      return Optional.empty();
    }
    if (!part.file().equals(described.peek())) {
      throw Requests.bad("a part of a manifest that was not asked for");
    }
    heard = true;
    Optional<byte[]> whole = manifests.add(part.totalBytes(), part.offset(), part.bytes());
    whole.ifPresent(bytes -> described.remove());
    return whole;
  }
}
