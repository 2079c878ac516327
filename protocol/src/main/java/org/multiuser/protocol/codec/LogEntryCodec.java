package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.commit.LogEntry;

/** The bytes of log entries (SPEC LO2). Stateless; safe for several threads. */
public final class LogEntryCodec {
  private static final int COMMITTED = 0;
  private static final int OWNER_CHANGED = 1;

  private final CommitCodec commits;

  /** A codec that reads and writes commits with this one. */
  public LogEntryCodec(CommitCodec commits) {
    this.commits = commits;
  }

  /**
   * The bytes of an entry. Whoever has the author's own bytes uses {@link #encodeCommitted} instead
   * (SPEC LO2).
   */
  public byte[] encode(LogEntry entry) {
    if (entry instanceof LogEntry.Committed committed) {
      return encodeCommitted(entry.sequence(), commits.encode(committed.commit()));
    }
    return encodeOwnerChanged((LogEntry.OwnerChanged) entry);
  }

  /** The bytes of the entry that gives a commit its number, with the author's bytes as they are. */
  public static byte[] encodeCommitted(long sequence, byte[] commitBytes) {
    return MsgWriter.write(
        out -> out.array(3).integer(COMMITTED).integer(sequence).binary(commitBytes));
  }

  private static byte[] encodeOwnerChanged(LogEntry.OwnerChanged entry) {
    return MsgWriter.write(
        out -> {
          out.array(5).integer(OWNER_CHANGED).integer(entry.sequence()).uuid(entry.author());
          out.array(entry.nodes().size());
          for (UUID node : entry.nodes()) {
            out.uuid(node);
          }
          out.uuid(entry.owner());
        });
  }

  /**
   * The entry of these bytes.
   *
   * @throws ProtocolException if they are not one
   */
  public LogEntry decode(byte[] bytes) {
    return MsgReader.read(bytes, this::read);
  }

  private LogEntry read(MsgReader in) throws IOException {
    int elements = in.array();
    int number = in.below(2);
    if (elements != (number == COMMITTED ? 3 : 5)) {
      throw ProtocolException.bad("entry kind " + number + " has " + elements + " elements");
    }
    long sequence = in.count();
    if (number == COMMITTED) {
      return new LogEntry.Committed(sequence, commits.decode(in.binary()));
    }
    UUID author = in.uuidOrNull();
    List<UUID> nodes = readUuids(in);
    return new LogEntry.OwnerChanged(sequence, author, nodes, in.uuidOrNull());
  }

  /** A list of identities. */
  static List<UUID> readUuids(MsgReader in) throws IOException {
    int size = in.array();
    List<UUID> ids = new ArrayList<>(Math.min(size, 64));
    for (int i = 0; i < size; i++) {
      ids.add(in.uuid());
    }
    return ids;
  }
}
