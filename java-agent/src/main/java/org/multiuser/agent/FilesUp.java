package org.multiuser.agent;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private static final String CHANGED =
      "The file changed, or is gone, since it was looked through; it is to be offered anew.";

  private final Outgoing out;
  private final UploadPace pace;
  private final Map<Digest, Offered> files = new LinkedHashMap<>();
  private final Map<Digest, Offered> byChunk = new HashMap<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private int offset;

  private static final class Offered {
    private final Manifest manifest;
    private Transfer.State state = Transfer.State.WAITING;
    private long doneBytes;
    private String problem = "";

    private Offered(Manifest manifest) {
      this.manifest = manifest;
    }

    private Transfer shown() {
      return new Transfer(manifest.file(), true, state, doneBytes, manifest.size(), problem);
    }
  }

  /** What the server asked for: a manifest, whose bytes are known at once, or a chunk. */
  private static final class Answer {
    private final Digest name;
    private final boolean isChunk;
    private byte[] content;
    private boolean loading;

    private Answer(Digest name, boolean isChunk, byte[] content) {
      this.name = name;
      this.isChunk = isChunk;
      this.content = content;
    }

    private boolean isOf(Digest file) {
      return name.equals(file);
    }

    private boolean hasBegun(Answer first, int offset) {
      return this == first && offset > 0;
    }

    private void withhold() {
      content = new byte[0];
      loading = false;
    }

    private Message part(Parts.Part part) {
      return isChunk
          ? new Message.ChunkPart(name, part.totalBytes(), part.offset(), part.bytes())
          : new Message.ManifestPart(name, part.totalBytes(), part.offset(), part.bytes());
    }
  }

  FilesUp(Outgoing out, UploadPace pace) {
    this.out = out;
    this.pace = pace;
  }

  /** A file is there for the session; to be called again whenever it may be needed anew. */
  void offer(Manifest manifest, boolean linked) {
    Offered file = new Offered(manifest);
    files.put(manifest.file(), file);
    for (Manifest.Chunk chunk : manifest.chunks()) {
      byChunk.put(chunk.digest(), file);
    }
    if (linked) {
      say(file);
    }
  }

  private void say(Offered file) {
    Manifest manifest = file.manifest;
    out.send(Channel.PUBLISHER, new Message.FileOffer(manifest.file(), manifest.size()));
  }

  /** A file is not to be sent (any more). */
  void cancel(Digest name) {
    Offered file = files.remove(name);
    if (file == null) {
      return;
    }
    file.manifest.chunks().forEach(chunk -> byChunk.remove(chunk.digest(), file));
    answers.stream()
        .filter(answer -> !answer.hasBegun(answers.peek(), offset))
        .filter(answer -> answer.isChunk ? !byChunk.containsKey(answer.name) : answer.isOf(name))
        .forEach(Answer::withhold);
  }

  /** The links are new ones. */
  void restart() {
    answers.clear();
    offset = 0;
    files.values().forEach(this::say);
  }

  /**
   * The server says something about this user's files.
   *
   * @return false if it is about something else
   */
  boolean receive(Message message) {
    if (message instanceof Message.FileAsk ask) {
      Offered file = files.get(ask.file());
      byte[] bytes = file == null ? new byte[0] : ManifestCodec.encode(file.manifest);
      answers.add(new Answer(ask.file(), false, bytes));
      if (file != null) {
        file.state = Transfer.State.MOVING;
      }
    } else if (message instanceof Message.ChunkAsk ask) {
      if (answers.size() + ask.chunks().size() > 2 * Limits.ASKED_CHUNKS) {
        throw new ProtocolException(ErrorCode.BAD_MESSAGE, "the server asks for too much at once");
      }
      ask.chunks().forEach(this::asked);
    } else if (message instanceof Message.FileKept kept) {
      settle(kept.file(), Transfer.State.DONE, "");
    } else if (message instanceof Message.FileFailed failed) {
      settle(failed.file(), Transfer.State.FAILED, failed.text());
    } else {
      return false;
    }
    return true;
  }

  private void asked(Digest chunk) {
    Offered file = byChunk.get(chunk);
    if (file != null && file.state != Transfer.State.MOVING) {
      file.state = Transfer.State.MOVING;
    }
    answers.add(new Answer(chunk, true, file == null ? new byte[0] : null));
  }

  private void settle(Digest name, Transfer.State state, String problem) {
    Offered file = files.get(name);
    if (file != null) {
      file.state = state;
      file.problem = problem;
      file.doneBytes = state == Transfer.State.DONE ? file.manifest.size() : file.doneBytes;
    }
  }

  /** A chunk was read, or (null) is not what it was. */
  void loaded(Digest chunk, byte[] content) {
    for (Answer answer : answers) {
      if (answer.loading && answer.name.equals(chunk)) {
        answer.loading = false;
        if (content == null) {
          changed(answer);
        } else {
          answer.content = content;
        }
        return;
      }
    }
  }

  /** A file is not what it was when it was offered. */
  private void changed(Answer answer) {
    answer.withhold();
    Offered file = byChunk.get(answer.name);
    if (file != null) {
      settle(file.manifest.file(), Transfer.State.FAILED, CHANGED);
    }
  }

  /** Sends what may be sent; to be called where nothing else waits (SPEC FT7). */
  void pump(long nowNanos) {
    loadAhead();
    for (Answer next = answers.peek();
        next != null && next.content != null && pace.mayGo(nowNanos);
        next = answers.peek()) {
      Parts.Part part = Parts.at(next.content, offset, Limits.FILE_PART_BYTES);
      out.send(Channel.PUBLISHER, next.part(part));
      pace.sent(part.bytes().length);
      offset += part.bytes().length;
      count(next, part.bytes().length);
      if (offset == next.content.length) {
        offset = 0;
        answers.remove();
        loadAhead();
      }
    }
  }

  private void count(Answer answer, int bytes) {
    Offered file = answer.isChunk ? byChunk.get(answer.name) : null;
    if (file != null) {
      file.doneBytes = Math.min(file.manifest.size(), file.doneBytes + bytes);
    }
  }

  private void loadAhead() {
    int ahead = 0;
    for (Answer answer : answers) {
      if (answer.content == null && !answer.loading) {
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
