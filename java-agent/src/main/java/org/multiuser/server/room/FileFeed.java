package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Message;

/**
 * What one subscriber asked for of the session's files (SPEC FT): chunks in the order in which they
 * were asked for, manifests as soon as all of the file is there. One for each link of Subscriber.
 */
final class FileFeed {
  /** Chunks that are read from the disk ahead of what is being sent. */
  private static final int READ_AHEAD = 2;

  private static final byte[] NOTHING = new byte[0];

  private final String session;
  private final Link link;
  private final Outbox out;

  /** Files that it waits for, and whose answer is not being sent. */
  private final Set<Digest> awaited = new HashSet<>();

  private final Deque<Digest> asked = new ArrayDeque<>();

  /** What was read of the first of those asked for, in their order. */
  private final Deque<byte[]> ready = new ArrayDeque<>();

  /** Whether the one behind those that were read is being read. */
  private boolean reading;

  /** Answers about files that it waits for. */
  private final Deque<Answer> answers = new ArrayDeque<>();

  /** The one that is being sent, or null, and its bytes. */
  private Answer answer;

  private byte[] manifest = NOTHING;

  private int manifestOffset;
  private int offset;

  /** A file's manifest, or null: nobody brings it, or it is not waited for any more. */
  private record Answer(Digest file, Manifest manifest) {}

  FileFeed(String session, Link link, Outbox out) {
    this.session = session;
    this.link = link;
    this.out = out;
  }

  /** A manifest is wanted (SPEC FT2); asking twice is asking once. */
  void ask(Digest file) {
    if (awaited.size() >= Limits.AWAITED_FILES) {
      throw Requests.bad("more files asked for than can be waited for");
    }
    if (awaited.add(file)) {
      out.add(new Effect.FindFile(session, file));
    }
  }

  /** Whether it waits for a file that is not all there. */
  boolean awaits(Digest file) {
    return awaited.contains(file);
  }

  /** The files that it waits for. */
  Set<Digest> awaited() {
    return Collections.unmodifiableSet(awaited);
  }

  /** All of a file is there. */
  void complete(Manifest file) {
    answer(new Answer(file.file(), file));
  }

  /** Nobody brings a file (any more), or it is not waited for any more (SPEC FT9). */
  void none(Digest file) {
    answer(new Answer(file, null));
  }

  private void answer(Answer one) {
    boolean isQueued = answers.stream().anyMatch(other -> other.file().equals(one.file()));
    if (awaited.contains(one.file()) && !isQueued) {
      answers.add(one);
    }
  }

  /** Chunks are wanted (SPEC FT3). */
  void ask(List<Digest> chunks) {
    if (asked.size() + chunks.size() > Limits.ASKED_CHUNKS) {
      throw Requests.bad("more chunks asked for than may be");
    }
    asked.addAll(chunks);
    readAhead();
  }

  private void readAhead() {
    if (!reading && ready.size() < Math.min(READ_AHEAD, asked.size())) {
      reading = true;
      Digest next = new ArrayList<>(asked).get(ready.size());
      out.add(new Effect.ReadChunk(session, link, next));
    }
  }

  /** What was read of a chunk, null if it is not there. */
  void read(Digest chunk, byte[] content) {
    if (!reading || !new ArrayList<>(asked).get(ready.size()).equals(chunk)) {
      return; // It was asked for by an earlier subscription of this link.
    }
    reading = false;
    ready.add(content == null ? NOTHING : content);
    readAhead();
  }

  /** The next message to send, or null. */
  Message next() {
    if (offset == 0 && (answer != null || !answers.isEmpty())) {
      return nextOfManifest();
    }
    byte[] content = ready.peek();
    if (content == null) {
      return null;
    }
    Digest chunk = asked.peek();
    Parts.Part part = Parts.at(content, offset, Limits.FILE_PART_BYTES);
    offset += part.bytes().length;
    if (offset == content.length) {
      offset = 0;
      ready.remove();
      asked.remove();
      readAhead();
    }
    return new Message.ChunkPart(chunk, part.totalBytes(), part.offset(), part.bytes());
  }

  private Message nextOfManifest() {
    if (answer == null) {
      answer = answers.remove();
      awaited.remove(answer.file());
      manifest = answer.manifest() == null ? NOTHING : ManifestCodec.encode(answer.manifest());
      manifestOffset = 0;
    }
    Digest file = answer.file();
    Parts.Part part = Parts.at(manifest, manifestOffset, Limits.FILE_PART_BYTES);
    manifestOffset += part.bytes().length;
    if (manifestOffset == manifest.length) {
      answer = null;
      manifest = NOTHING;
    }
    return new Message.ManifestPart(file, part.totalBytes(), part.offset(), part.bytes());
  }
}
