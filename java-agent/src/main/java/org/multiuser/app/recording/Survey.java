package org.multiuser.app.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;
import org.multiuser.server.room.SafeText;

/**
 * What a recording holds, found by reading all of it once before any of it is played. Whatever
 * cannot be played is found here. One thread.
 */
final class Survey {
  /** Who are in a recording: the name and the colour of each. */
  record Person(String name, int colour) {}

  private final RecordedCodec codec;
  private final Recorded.Header header;
  private final Map<UUID, Person> people = new LinkedHashMap<>();
  private final Set<UUID> active = new LinkedHashSet<>();
  private final Map<Long, List<Operation>> renames = new HashMap<>();
  private final List<Node> first = new ArrayList<>();
  private Recorded.Begun begun;
  private Image image;
  private LogEntry last;
  private LogEntry held;
  private long lengthMicros;
  private long commits;
  private long ownerChanges;
  private long presences;
  private byte[] endHash;

  private Survey(RecordedCodec codec, Recorded.Header header) {
    this.codec = codec;
    this.header = header;
  }

  /**
   * Looks through a recording.
   *
   * @throws RecordingException if it cannot be played
   * @throws IOException if the file cannot be read
   */
  static Survey of(Path path, RecordedCodec codec) throws IOException, RecordingException {
    try (RecordingReader reader = new RecordingReader(path, codec)) {
      Survey survey = new Survey(codec, reader.header());
      Optional<Recorded> record = reader.next();
      while (record.isPresent()) {
        survey.take(record.get());
        record = reader.next();
      }
      survey.finish();
      return survey;
    } catch (ProtocolException | IllegalArgumentException e) {
      throw broken(e.getMessage(), e);
    }
  }

  private void take(Recorded record) throws RecordingException {
    if (endHash != null) {
      throw broken("there is something behind its end", null);
    }
    if (record instanceof Recorded.Begun start && begun == null) {
      begun = start;
    } else if (begun == null || record instanceof Recorded.Begun) {
      throw broken("it does not begin as it should", null);
    } else if (record instanceof Recorded.FirstNode node && image == null) {
      first.add(node.node());
    } else {
      whileRecorded(record);
    }
  }

  private void whileRecorded(Recorded record) throws RecordingException {
    if (image == null) {
      start();
    }
    if (record instanceof Recorded.Joined joined) {
      people.put(joined.id(), new Person(joined.name(), joined.colour()));
    } else if (record instanceof Recorded.Logged logged) {
      at(logged.atMicros());
      applyHeld();
      held = codec.entry(logged);
    } else if (record instanceof Recorded.Seen seen) {
      at(seen.atMicros());
      active.add(seen.user());
      presences++;
    } else if (record instanceof Recorded.End end) {
      at(end.atMicros());
      applyHeld();
      endHash = end.hash();
    } else {
      throw broken("a node of its beginning stands behind it", null);
    }
  }

  private void start() throws RecordingException {
    if (first.size() != begun.nodes()) {
      throw broken("its beginning has " + first.size() + " of " + begun.nodes() + " nodes", null);
    }
    image = new Image(begun.sequence(), first);
    first.stream().map(Node::owner).filter(owner -> owner != null).forEach(active::add);
  }

  private void at(long micros) throws RecordingException {
    if (micros < lengthMicros) {
      throw broken("its times go back", null);
    }
    lengthMicros = micros;
  }

  private void applyHeld() throws RecordingException {
    if (held != null) {
      take(held);
      held = null;
    }
  }

  /** Whether the server may have answered an entry with another name (SPEC NA2). */
  private static boolean isNaming(LogEntry entry) {
    return entry instanceof LogEntry.Committed committed
        && !committed.commit().author().equals(Commit.SERVER)
        && committed.commit().operations().stream().anyMatch(Names::isNaming);
  }

  private void take(LogEntry entry) throws RecordingException {
    image.apply(entry);
    if (entry instanceof LogEntry.Committed committed) {
      take(committed.commit());
    } else if (entry instanceof LogEntry.OwnerChanged changed) {
      ownerChanges++;
      if (changed.author() != null) {
        active.add(changed.author());
      }
      if (changed.owner() != null) {
        active.add(changed.owner());
      }
    }
    last = entry;
  }

  /**
   * A name that the server gave (SPEC NA2) is kept with the commit before, which wanted another.
   */
  private void take(Commit commit) throws RecordingException {
    if (!commit.author().equals(Commit.SERVER)) {
      commits++;
      active.add(commit.author());
    } else if (last instanceof LogEntry.Committed before
        && before.commit().node().equals(commit.node())) {
      renames.put(before.sequence(), commit.operations());
    } else {
      throw broken("the server named a node that nobody had named", null);
    }
  }

  private void finish() throws RecordingException {
    if (begun == null) {
      throw new RecordingException(
          "Nothing was recorded in it: the session was not open, or it was cut off at once.");
    }
    if (image == null && first.size() < begun.nodes()) {
      throw new RecordingException(
          "It was cut off before the content of its start was whole; record anew.");
    }
    if (image == null) {
      start();
    }
    if (held != null && !isNaming(held)) { // What came of a name may be cut off.
      applyHeld();
    }
    if (endHash != null && !Arrays.equals(endHash, hash())) {
      throw broken("what it holds does not come to what it says at its end", null);
    }
    for (UUID id : active) {
      people.computeIfAbsent(id, key -> new Person("user " + people.size(), 0x808080));
    }
  }

  private static RecordingException broken(String text, Throwable cause) {
    return new RecordingException(
        "It contradicts itself: "
            + SafeText.shown(text)
            + ". No recorder writes that; record anew.",
        cause);
  }

  // --- what was found ---

  Recorded.Header header() {
    return header;
  }

  /** The log's number at the start. */
  long firstSequence() {
    return begun.sequence();
  }

  /** That of the last entry. */
  long lastSequence() {
    return image.sequence();
  }

  /** The nodes that were there at the start. */
  List<Node> first() {
    return first;
  }

  /** Those who do anything in it, or own something, and so are to be there. */
  Map<UUID, Person> cast() {
    Map<UUID, Person> cast = new LinkedHashMap<>();
    active.forEach(id -> cast.put(id, people.get(id)));
    return cast;
  }

  /** What the server did to a commit of this number right after it, or nothing. */
  List<Operation> renaming(long sequence) {
    return renames.getOrDefault(sequence, List.of());
  }

  /** What the session holds at the end. */
  byte[] hash() {
    return ContentHash.of(image.nodes());
  }

  /** How many nodes the session has at the end. */
  int nodes() {
    return image.nodes().size();
  }

  /** Whether it was ended in order; else it was cut off, or is damaged behind what was read. */
  boolean isWhole() {
    return endHash != null;
  }

  long lengthMicros() {
    return lengthMicros;
  }

  long commits() {
    return commits;
  }

  long ownerChanges() {
    return ownerChanges;
  }

  long presences() {
    return presences;
  }
}
