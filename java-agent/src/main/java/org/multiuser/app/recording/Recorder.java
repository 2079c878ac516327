package org.multiuser.app.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.files.RecordWriter;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.User;

/**
 * Joins a session and writes down what everybody does there, until it is closed: the content at the
 * start, then each entry of the log as the server sends it, who is there and where. It changes
 * nothing. Public methods may be called from any thread; all else is done on the seat's.
 */
public final class Recorder implements AutoCloseable {
  /** Until the session is open; then until the end, or until something is in the way. */
  private enum Phase {
    WAITING,
    RECORDING,
    OVER
  }

  private final RecordWriter file;
  private final RecordedCodec codec;
  private final Seat seat;
  private final Set<UUID> known = new HashSet<>();
  private final PartAssembler parts = new PartAssembler();
  private long startNanos;
  private long sequence;
  private long entries;
  private Phase phase = Phase.WAITING;
  private String trouble = "";

  /**
   * Makes the file and joins.
   *
   * @param software what the recording says it is made by
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   * @throws IOException if it cannot be made
   */
  public Recorder(Path path, ConnectOptions options, ServerTrust trust, String software)
      throws IOException {
    BulkCodec bulk = Seat.bulk();
    codec = new RecordedCodec(bulk);
    file = new RecordWriter(path);
    long now = System.currentTimeMillis();
    file.write(codec.encode(new Recorded.Header(now, options.session(), software)));
    seat = new Seat(UUID.randomUUID(), options, trust, bulk, this::took);
    seat.connect();
  }

  /**
   * How far it is.
   *
   * @param begun whether the session is open and recorded
   * @param entries what was recorded so far: commits and changes of owner
   * @param users how many different users were met
   * @param bytes the size of the file
   * @param over why nothing more is recorded, or empty
   */
  public record Progress(boolean begun, long entries, int users, long bytes, String over) {}

  /** How far it is. */
  public Progress progress() {
    return seat.call(
        () ->
            new Progress(
                phase != Phase.WAITING,
                entries,
                known.size(),
                file.bytes(),
                trouble.isEmpty() ? ended() : trouble));
  }

  private String ended() {
    return seat.client().state() instanceof ClientState.Ended ended ? ended.text() : "";
  }

  /**
   * Ends the recording in order and leaves the session.
   *
   * @throws IOException if the end could not be written
   */
  @Override
  public void close() throws IOException {
    Optional<IOException> problem = seat.call(this::end);
    seat.close();
    file.close();
    if (problem.isPresent()) {
      throw problem.get();
    }
  }

  private Optional<IOException> end() {
    if (phase != Phase.RECORDING) {
      phase = Phase.OVER;
      return Optional.empty();
    }
    write(new Recorded.End(micros(), ContentHash.of(seat.repository().image().nodes())));
    phase = Phase.OVER;
    return trouble.isEmpty() ? Optional.empty() : Optional.of(new IOException(trouble));
  }

  // --- the seat's thread ---

  private void took(Channel channel, Message message) {
    if (phase == Phase.OVER) {
      return;
    }
    if (message instanceof Message.EntryPart part) {
      part(part);
    } else if (phase == Phase.RECORDING) {
      record(message);
    }
    if (phase == Phase.WAITING && seat.client().state() instanceof ClientState.Online) {
      begin();
    }
  }

  private void record(Message message) {
    if (message instanceof Message.SnapshotBegin) {
      stop(
          "The session began anew, or too much was missed while the link was down; what came before"
              + " is recorded.");
    } else if (message instanceof Message.Users now) {
      meet(now.users());
    } else if (message instanceof Message.UserPresence other && known.contains(other.user())) {
      write(new Recorded.Seen(micros(), other.user(), other.state()));
    }
  }

  /** Nothing more can be recorded. */
  private void stop(String why) {
    phase = Phase.OVER;
    trouble = why;
  }

  private void begin() {
    phase = Phase.RECORDING;
    startNanos = System.nanoTime();
    sequence = seat.repository().image().sequence();
    Collection<Node> nodes = seat.repository().image().nodes();
    write(new Recorded.Begun(sequence, nodes.size()));
    nodes.forEach(node -> write(new Recorded.FirstNode(node)));
    meet(seat.client().users());
  }

  private void meet(List<User> users) {
    for (User user : users) {
      if (!user.id().equals(seat.client().id()) && known.add(user.id())) {
        write(new Recorded.Joined(micros(), user.id(), user.name(), user.colour()));
      }
    }
  }

  /** Over a new link an entry that was half here comes anew, and perhaps one that is here whole. */
  private void part(Message.EntryPart part) {
    if (part.offset() == 0) {
      parts.reset();
    }
    Optional<byte[]> entry;
    try {
      entry = parts.add(part.totalBytes(), part.offset(), part.bytes());
    } catch (ProtocolException e) {
      return; // The seat's own reader noticed, too, and asks for it over a new link.
    }
    boolean isApplied = seat.repository().image().sequence() >= part.sequence();
    boolean isNew = phase == Phase.RECORDING && isApplied && part.sequence() > sequence;
    if (entry.isPresent() && isNew) {
      if (part.sequence() > sequence + 1) {
        stop("An edit was missed, which is an error in Multi-User; what came before is recorded.");
        return;
      }
      sequence = part.sequence();
      entries++;
      write(new Recorded.Logged(micros(), entry.get()));
    }
  }

  private long micros() {
    return (System.nanoTime() - startNanos) / 1_000;
  }

  private void write(Recorded record) {
    if (phase == Phase.OVER) {
      return;
    }
    try {
      file.write(codec.encode(record));
    } catch (IOException e) {
      stop("The recording cannot be written: " + e.getMessage());
    }
  }
}
