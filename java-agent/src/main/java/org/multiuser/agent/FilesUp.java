package org.multiuser.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/**
 * This user's files on their way to the session (SPEC FT): says which there are, and answers what
 * the server asks for, in its order. Stepped.
 */
final class FilesUp {
  /** Chunks that are read from the disk ahead of what is being sent. */
  private static final int LOAD_AHEAD = 2;

  private static final byte[] NOTHING = new byte[0];
  private static final String CHANGED =
      "The file changed, or is gone, since it was looked through; it is to be offered anew.";

  private final Outgoing out;
  private final UploadPace pace;

  /** Whether a file came from the session: then it may have it back (SPEC FT4, FT6). */
  private final Predicate<Digest> isOfSession;

  private final Map<Digest, Offered> files = new LinkedHashMap<>();

  /** Which offered files have a chunk. */
  private final Map<Digest, List<Offered>> byChunk = new HashMap<>();

  /** Offered over this link and not answered by the server; the others wait for their turn. */
  private final Set<Digest> open = new HashSet<>();

  private final Deque<Digest> unsaid = new ArrayDeque<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private int askedChunks;
  private int offset;

  private static final class Offered {
    private final Manifest manifest;
    private final long bytes;
    private Transfer.State state = Transfer.State.WAITING;
    private long doneBytes;
    private String problem = "";

    /** Offered over this link; else what is open is an offer that was cancelled. */
    private boolean said;

    private Offered(Manifest manifest) {
      this.manifest = manifest;
      bytes = manifest.size();
    }

    private Transfer shown() {
      return new Transfer(manifest.file(), true, state, doneBytes, bytes, problem);
    }
  }

  /** What the server asked for; its content is there when it is its turn. */
  private static final class Answer {
    private final Digest name;
    private final boolean isChunk;
    private byte[] content;
    private boolean loading;

    private Answer(Digest name, boolean isChunk) {
      this.name = name;
      this.isChunk = isChunk;
    }

    private Message part(Parts.Part part) {
      return isChunk
          ? new Message.ChunkPart(name, part.totalBytes(), part.offset(), part.bytes())
          : new Message.ManifestPart(name, part.totalBytes(), part.offset(), part.bytes());
    }
  }

  FilesUp(Outgoing out, UploadPace pace, Predicate<Digest> isOfSession) {
    this.out = out;
    this.pace = pace;
    this.isOfSession = isOfSession;
  }

  /** A file is there for the session; to be called again whenever it may be needed anew. */
  void offer(Manifest manifest, boolean linked) {
    cancel(manifest.file());
    put(new Offered(manifest));
    unsaid.add(manifest.file());
    if (linked) {
      say();
    }
  }

  private void put(Offered file) {
    files.put(file.manifest.file(), file);
    for (Manifest.Chunk chunk : file.manifest.chunks()) {
      List<Offered> with = byChunk.computeIfAbsent(chunk.digest(), key -> new ArrayList<>(1));
      if (!with.contains(file)) {
        with.add(file);
      }
    }
  }

  /** What a file consists of that the server asked for and that is not offered; null if unknown. */
  void lent(Digest name, Manifest manifest) {
    if (manifest != null && !files.containsKey(name)) {
      Offered file = new Offered(manifest);
      file.said = true; // The server asked, so it need not be told.
      put(file);
    }
    for (Answer answer : answers) {
      if (!answer.isChunk && answer.name.equals(name)) {
        answer.loading = false;
        moving(files.get(name));
      }
    }
  }

  /** Offers as many as may be open (SPEC FT1). */
  private void say() {
    while (!unsaid.isEmpty() && open.size() < Limits.OPEN_FILES) {
      Offered file = files.get(unsaid.poll());
      if (file != null && open.add(file.manifest.file())) {
        Manifest manifest = file.manifest;
        file.said = true;
        out.send(Channel.PUBLISHER, new Message.FileOffer(manifest.file(), file.bytes));
      }
    }
  }

  /** A file is not to be sent (any more). */
  void cancel(Digest name) {
    Offered file = files.remove(name);
    if (file == null) {
      return;
    }
    for (Manifest.Chunk chunk : file.manifest.chunks()) {
      List<Offered> with = byChunk.getOrDefault(chunk.digest(), new ArrayList<>());
      with.remove(file);
      if (with.isEmpty()) {
        byChunk.remove(chunk.digest());
      }
    }
    for (Answer answer : answers) {
      boolean hasBegun = answer == answers.peek() && offset > 0;
      if (!hasBegun && answer.isChunk && !byChunk.containsKey(answer.name)) {
        withhold(answer);
      }
    }
  }

  private static void withhold(Answer answer) {
    answer.content = NOTHING;
    answer.loading = false;
  }

  /** The links are new ones. */
  void restart() {
    answers.clear();
    open.clear();
    unsaid.clear();
    askedChunks = 0;
    offset = 0;
    unsaid.addAll(files.keySet());
    say();
  }

  /**
   * The server says something about this user's files.
   *
   * @throws ProtocolException if it asks for more than it may
   */
  void receive(Message message) {
    if (message instanceof Message.FileAsk ask) {
      boolean isWaiting =
          answers.stream().anyMatch(one -> !one.isChunk && one.name.equals(ask.file()));
      if (!isWaiting) {
        describe(ask.file());
      }
    } else if (message instanceof Message.ChunkAsk ask) {
      askedChunks += ask.chunks().size();
      if (askedChunks > Limits.ASKED_CHUNKS) {
        throw new ProtocolException(ErrorCode.BAD_MESSAGE, "the server asks for too much at once");
      }
      ask.chunks().forEach(this::asked);
    } else if (message instanceof Message.FileKept kept) {
      settle(kept.file(), Transfer.State.DONE, "");
    } else if (message instanceof Message.FileFailed failed) {
      settle(failed.file(), Transfer.State.FAILED, failed.text());
    }
  }

  private void describe(Digest file) {
    Answer answer = new Answer(file, false);
    answers.add(answer);
    moving(files.get(file));
    if (!files.containsKey(file) && isOfSession.test(file)) {
      answer.loading = true;
      out.add(new Effect.LendFile(file));
    }
  }

  private void asked(Digest chunk) {
    Answer answer = new Answer(chunk, true);
    answers.add(answer);
    List<Offered> with = byChunk.get(chunk);
    if (with == null) {
      withhold(answer);
    } else {
      with.forEach(FilesUp::moving);
    }
  }

  private static void moving(Offered file) {
    if (file != null && file.state == Transfer.State.WAITING) {
      file.state = Transfer.State.MOVING;
    }
  }

  private void settle(Digest name, Transfer.State state, String problem) {
    open.remove(name);
    Offered file = files.get(name);
    if (file != null && state == Transfer.State.FAILED && !file.said) {
      unsaid.add(name); // The answer is one to an offer that was cancelled meanwhile.
    } else if (file != null) {
      file.state = state;
      file.problem = problem;
      file.doneBytes = state == Transfer.State.DONE ? file.bytes : file.doneBytes;
    }
    say();
  }

  /** A chunk was read, or (null) is not what it was. */
  void loaded(Digest chunk, byte[] content) {
    for (Answer answer : answers) {
      if (answer.loading && answer.name.equals(chunk)) {
        answer.loading = false;
        answer.content = content == null ? NOTHING : content;
        if (content == null) {
          byChunk.getOrDefault(chunk, List.of()).forEach(FilesUp::changed);
        }
        return;
      }
    }
  }

  private static void changed(Offered file) {
    file.state = Transfer.State.FAILED;
    file.problem = CHANGED;
  }

  /** Sends what may be sent; to be called where nothing else waits (SPEC FT7). */
  void pump(long nowNanos) {
    prepare();
    for (Answer next = answers.peek();
        next != null && next.content != null && pace.mayGo(nowNanos);
        next = answers.peek()) {
      Parts.Part part = Parts.at(next.content, offset, Limits.FILE_PART_BYTES);
      out.send(Channel.PUBLISHER, next.part(part));
      pace.sent(part.bytes().length);
      offset += part.bytes().length;
      if (next.isChunk) {
        count(next.name, part.bytes().length);
      }
      if (offset == next.content.length) {
        offset = 0;
        askedChunks -= next.isChunk ? 1 : 0;
        answers.remove();
        prepare();
      }
    }
  }

  private void count(Digest chunk, int bytes) {
    for (Offered file : byChunk.getOrDefault(chunk, List.of())) {
      file.doneBytes = Math.min(file.bytes, file.doneBytes + bytes);
    }
  }

  /** Has the next chunks read, and the manifest encoded whose turn it is. */
  private void prepare() {
    int ahead = 0;
    for (Answer answer : answers) {
      if (answer.content == null && !answer.isChunk && !answer.loading && ahead == 0) {
        Offered file = files.get(answer.name);
        answer.content = file == null ? NOTHING : ManifestCodec.encode(file.manifest);
      } else if (answer.content == null && answer.isChunk && !answer.loading) {
        answer.loading = true;
        out.add(new Effect.LoadChunk(answer.name));
      }
      if (++ahead == LOAD_AHEAD) {
        return;
      }
    }
  }

  /** Whether something waits for its turn by the pace that the user set. */
  boolean isPaced() {
    Answer next = answers.peek();
    return next != null && next.content != null;
  }

  /** Where the files stand. */
  Collection<Transfer> shown() {
    return files.values().stream().map(Offered::shown).toList();
  }
}
