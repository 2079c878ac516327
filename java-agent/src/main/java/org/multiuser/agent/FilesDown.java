package org.multiuser.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/**
 * The session's files that this user needs, on their way here (SPEC FT): asks for what is not in
 * the cache, of several files in turn. Stepped.
 */
final class FilesDown {
  /** What may be asked for and not be kept yet, in bytes. */
  private static final long WINDOW_BYTES = 1L << 20;

  /** How often a file is begun anew because the cache or the server lost chunks of it meanwhile. */
  private static final int MOST_LOSSES = 3;

  /** How often a file is asked for anew because whoever was bringing it went. */
  private static final int MOST_ORPHANED = 100;

  private static final String LOST =
      "The server loses what is kept in it of this file: have it brought to the session again.";
  private static final String ORPHANED =
      "Whoever was bringing this file left or is silent. The others are asked for it, and it comes"
          + " as soon as somebody has it.";

  private final Outgoing out;
  private final Map<Digest, Wanted> files = new LinkedHashMap<>();
  private final Deque<Manifest.Chunk> asked = new ArrayDeque<>();
  private final ManifestAsks manifestAsks;

  /** Which of the files lack a chunk. */
  private final Map<Digest, Set<Wanted>> lacking = new HashMap<>();

  /** What the server said consists of what in this join: all of it was brought to the session. */
  private final Set<Digest> described = new HashSet<>();

  /** Files of which chunks are to be asked for, in turn. */
  private final Deque<Wanted> turns = new ArrayDeque<>();

  /** Chunks that are asked for or being kept, for whichever files. */
  private final Map<Digest, Integer> inFlight = new HashMap<>();

  private PartAssembler chunks = new PartAssembler(Cutter.LONGEST);
  private PartAssembler manifests = new PartAssembler(Limits.MANIFEST_BYTES);
  private long openBytes;
  private boolean linked;

  private static final class Wanted {
    private final Digest file;
    private Manifest manifest;
    private long totalBytes;
    private final Deque<Digest> unasked = new ArrayDeque<>();
    private final Map<Digest, Integer> missing = new LinkedHashMap<>();
    private Transfer.State state = Transfer.State.WAITING;
    private String problem = "";
    private long missingBytes;
    private int losses;
    private int orphaned;

    private Wanted(Digest file) {
      this.file = file;
    }

    private Transfer shown() {
      return new Transfer(file, false, state, totalBytes - missingBytes, totalBytes, problem);
    }
  }

  FilesDown(Outgoing out) {
    this.out = out;
    manifestAsks = new ManifestAsks(out);
  }

  /** Whether the server knows what it is to leave a file (SPEC FT9). */
  void serverLeaves(boolean is) {
    manifestAsks.serverLeaves(is);
  }

  /** A file is wanted; one that failed is tried again, and one that is here is looked at again. */
  void fetch(Digest name) {
    Wanted file = files.get(name);
    if (file == null || file.state == Transfer.State.FAILED || file.state == Transfer.State.DONE) {
      forget(name);
      files.put(name, new Wanted(name));
      out.add(new Effect.FindFile(name)); // It may be in the cache already.
    }
  }

  /** A file is not wanted (any more). */
  void cancel(Digest name) {
    forget(name);
    manifestAsks.leave(name);
  }

  private void forget(Digest name) {
    Wanted file = files.remove(name);
    if (file != null) {
      lacks(file, Map.of());
    }
  }

  /** These chunks of a file are to come, and no others. */
  private void lacks(Wanted file, Map<Digest, Integer> chunks) {
    file.missing.keySet().forEach(chunk -> lackLess(file, chunk));
    file.missing.clear();
    file.missing.putAll(chunks);
    file.missingBytes = chunks.values().stream().mapToLong(Integer::longValue).sum();
    chunks
        .keySet()
        .forEach(chunk -> lacking.computeIfAbsent(chunk, key -> new LinkedHashSet<>()).add(file));
  }

  private void lackLess(Wanted file, Digest chunk) {
    lacking.computeIfPresent(
        chunk,
        (key, all) -> {
          all.remove(file);
          return all.isEmpty() ? null : all;
        });
  }

  /** The files that lack a chunk. */
  private List<Wanted> lacking(Digest chunk) {
    return List.copyOf(lacking.getOrDefault(chunk, Set.of()));
  }

  /** The links are gone. */
  void lost() {
    linked = false;
    asked.clear();
    manifestAsks.clear();
    turns.clear();
    inFlight.clear();
    openBytes = 0;
  }

  /** The links are new ones: what is missing is asked for over them. */
  void restart() {
    lost();
    linked = true;
    chunks = new PartAssembler(Cutter.LONGEST);
    manifests = new PartAssembler(Limits.MANIFEST_BYTES);
    for (Wanted file : files.values()) {
      begin(file);
    }
    ask();
  }

  private void begin(Wanted file) {
    if (file.state == Transfer.State.DONE || file.state == Transfer.State.FAILED) {
      return;
    }
    if (file.state == Transfer.State.WAITING) {
      manifestAsks.ask(file.file);
    } else {
      file.unasked.clear();
      file.unasked.addAll(file.missing.keySet());
      turns.add(file);
    }
  }

  /**
   * What the cache has of a file.
   *
   * @param manifest what it consists of, null if that is not known here
   * @param missing its chunks that are not there, with their lengths, in their order
   */
  void found(Digest name, Manifest manifest, Map<Digest, Integer> missing) {
    Wanted file = files.get(name);
    if (file == null || file.state != Transfer.State.WAITING) {
      return; // Cancelled, or an answer to what was asked before that.
    }
    if (manifest != null) {
      file.manifest = manifest;
      file.totalBytes = manifest.size();
      lacks(file, missing);
      file.state = Transfer.State.MOVING;
      file.problem = "";
    }
    if (manifest != null && missing.isEmpty()) {
      out.add(new Effect.MakeFile(manifest));
    } else if (linked) {
      begin(file);
      ask();
    }
  }

  /**
   * Part of something that was asked for.
   *
   * @return how many bytes it spends of the credit
   */
  int receive(Message message) {
    if (message instanceof Message.ManifestPart part) {
      manifest(part);
      return part.bytes().length;
    }
    Message.ChunkPart part = (Message.ChunkPart) message;
    chunk(part);
    return part.bytes().length;
  }

  /** Passes over what was asked for and is not wanted any more. */
  private void manifest(Message.ManifestPart part) {
    Digest name = part.file();
    boolean isNone = part.totalBytes() == 0;
    if (!manifestAsks.isAwaited(name)) {
      if (!isNone) {
        throw bad("a manifest that was not asked for"); // Each would be written to the disk.
      }
      return;
    }
    if (part.offset() == 0) {
      manifests.reset();
    }
    Optional<byte[]> whole =
        isNone ? Optional.empty() : manifests.add(part.totalBytes(), part.offset(), part.bytes());
    boolean isOver = isNone || whole.isPresent();
    boolean wasLeft = isOver && manifestAsks.answered(name);
    Wanted file = files.get(name);
    if (file == null || file.state != Transfer.State.WAITING) {
      return;
    }
    if (isNone && !wasLeft) {
      orphaned(file);
    } else if (whole.isPresent()) {
      described(name, ManifestCodec.decode(whole.get()));
    }
  }

  private void described(Digest name, Manifest manifest) {
    if (!manifest.file().equals(name)) {
      throw bad("the manifest of another file");
    }
    described.add(name);
    out.add(new Effect.KeepManifest(manifest));
  }

  /** Whoever was bringing it went: asking anew has all who are there asked (SPEC FT6). */
  private void orphaned(Wanted file) {
    if (++file.orphaned > MOST_ORPHANED) {
      fail(file, ORPHANED);
    } else {
      file.problem = ORPHANED;
      manifestAsks.ask(file.file);
    }
  }

  /** Whether the server said in this join what the file consists of. */
  boolean wasDescribed(Digest file) {
    return described.contains(file);
  }

  private void chunk(Message.ChunkPart part) {
    Manifest.Chunk next = asked.peek();
    if (next == null || !next.digest().equals(part.chunk())) {
      throw bad("a part of a chunk that was not asked for");
    }
    Optional<byte[]> whole = chunks.add(part.totalBytes(), part.offset(), part.bytes());
    if (whole.isPresent()) {
      asked.remove();
      if (whole.get().length == 0) {
        gone(next);
      } else {
        out.add(new Effect.KeepChunk(next.digest(), whole.get()));
      }
    }
  }

  /** The server does not have a chunk any more: it is asked for the whole anew (SPEC FT6). */
  private void gone(Manifest.Chunk chunk) {
    settled(chunk.digest());
    for (Wanted file : lacking(chunk.digest())) {
      if (file.state == Transfer.State.MOVING && ++file.losses > MOST_LOSSES) {
        fail(file, LOST);
      } else if (file.state == Transfer.State.MOVING) {
        file.state = Transfer.State.WAITING;
        file.unasked.clear();
        manifestAsks.ask(file.file);
      }
    }
    ask();
  }

  /** A chunk is kept, or (with a problem) could not be. */
  void kept(Digest chunk, String problem) {
    settled(chunk);
    for (Wanted file : lacking(chunk)) {
      if (problem.isEmpty()) {
        here(file, chunk);
      } else {
        fail(file, problem);
      }
    }
    ask();
  }

  private void here(Wanted file, Digest chunk) {
    file.missingBytes -= file.missing.remove(chunk);
    lackLess(file, chunk);
    if (file.missing.isEmpty()) {
      out.add(new Effect.MakeFile(file.manifest));
    }
  }

  private void settled(Digest chunk) {
    Integer length = inFlight.remove(chunk);
    openBytes -= length == null ? 0 : length;
  }

  /** The file is made, or (with a problem) could not be. */
  void made(Digest name, String problem) {
    Wanted file = files.get(name);
    if (file == null) {
      return;
    }
    if (problem.isEmpty()) {
      file.state = Transfer.State.DONE;
    } else {
      fail(file, problem);
    }
  }

  /** Chunks that were here are gone: others evicted them, or they are damaged. */
  void lacking(Digest name, String problem) {
    Wanted file = files.get(name);
    if (file == null) {
      return;
    }
    if (++file.losses > MOST_LOSSES) {
      fail(file, problem);
    } else {
      file.state = Transfer.State.WAITING;
      out.add(new Effect.FindFile(name));
    }
  }

  private static void fail(Wanted file, String problem) {
    file.state = Transfer.State.FAILED;
    file.problem = problem;
    file.unasked.clear();
  }

  /** Asks for as much as may be on its way, of each file in turn. */
  private void ask() {
    List<Digest> wanted = new ArrayList<>();
    boolean more = linked;
    while (more && openBytes < WINDOW_BYTES && asked.size() < Limits.ASKED_CHUNKS) {
      Wanted next = turns.poll();
      more = next != null && (files.get(next.file) != next || ask(next, wanted));
    }
    if (!wanted.isEmpty()) {
      out.send(Channel.SUBSCRIBER, new Message.ChunkAsk(wanted));
    }
  }

  /**
   * Asks for the next chunk of a file, if there is one; the other files come before it then.
   *
   * @return whether it fits what may be on its way; else it is the first one's turn again
   */
  private boolean ask(Wanted file, List<Digest> wanted) {
    for (Digest chunk = file.unasked.poll(); chunk != null; chunk = file.unasked.poll()) {
      Integer length = file.missing.get(chunk);
      if (length == null || inFlight.containsKey(chunk)) {
        continue;
      }
      if (openBytes > 0 && openBytes + length > WINDOW_BYTES) {
        file.unasked.addFirst(chunk);
        turns.addFirst(file);
        return false;
      }
      inFlight.put(chunk, length);
      asked.add(new Manifest.Chunk(chunk, length));
      openBytes += length;
      wanted.add(chunk);
      turns.add(file);
      return true;
    }
    return true;
  }

  /** Where the files stand. */
  Collection<Transfer> shown() {
    return files.values().stream().map(Wanted::shown).toList();
  }

  private static ProtocolException bad(String text) {
    return new ProtocolException(ErrorCode.BAD_MESSAGE, text);
  }
}
