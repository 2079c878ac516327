package org.multiuser.app.recording;

import java.io.IOException;
import java.util.UUID;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.MsgReader;
import org.multiuser.protocol.codec.MsgWriter;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.codec.ValueCodec;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.ProtocolVersion;

/**
 * The bytes of a recording's records, without their frames. Stateless; safe for several threads.
 */
final class RecordedCodec {
  /** Raised when a reader of the version before could not read it rightly any more. */
  static final int VERSION = 1;

  /** No recording is longer: 100 days. */
  static final long MOST_MICROS = 100L * 24 * 3_600 * 1_000_000;

  private static final String MAGIC = "multi-user recording";
  private static final int TEXT_BYTES = 4096;
  private static final int COLOURS = 0x1000000;

  private static final int HEADER = 0;
  private static final int BEGUN = 1;
  private static final int FIRST_NODE = 2;
  private static final int JOINED = 3;
  private static final int LOGGED = 4;
  private static final int SEEN = 5;
  private static final int END = 6;

  /** The elements of each record's array, by its number. */
  private static final int[] SIZES = {5, 3, 2, 5, 3, 4, 3};

  private final NodeCodec nodes;
  private final LogEntryCodec entries;

  /** A codec that packs buffers with this one. */
  RecordedCodec(BulkCodec bulk) {
    nodes = new NodeCodec(bulk);
    entries = new LogEntryCodec(new CommitCodec(bulk));
  }

  /**
   * The entry that a record holds.
   *
   * @throws ProtocolException if it holds none
   */
  LogEntry entry(Recorded.Logged logged) {
    return entries.decode(logged.entry());
  }

  /**
   * The bytes of a record.
   *
   * @throws ProtocolException if it breaks a limit of SPEC VA5
   */
  byte[] encode(Recorded record) {
    return MsgWriter.write(out -> write(out, record));
  }

  private void write(MsgWriter out, Recorded record) throws IOException {
    if (record instanceof Recorded.Header header) {
      out.array(SIZES[HEADER]).integer(HEADER).text(MAGIC).integer(VERSION);
      out.integer(ProtocolVersion.MAJOR).binary(rest(header));
    } else if (record instanceof Recorded.Begun begun) {
      out.array(SIZES[BEGUN]).integer(BEGUN).integer(begun.sequence()).integer(begun.nodes());
    } else if (record instanceof Recorded.FirstNode first) {
      out.array(SIZES[FIRST_NODE]).integer(FIRST_NODE).binary(nodes.encode(first.node()));
    } else if (record instanceof Recorded.Joined joined) {
      out.array(SIZES[JOINED]).integer(JOINED).integer(joined.atMicros()).uuid(joined.id());
      out.text(joined.name()).integer(joined.colour());
    } else if (record instanceof Recorded.Logged logged) {
      out.array(SIZES[LOGGED]).integer(LOGGED).integer(logged.atMicros()).binary(logged.entry());
    } else if (record instanceof Recorded.Seen seen) {
      out.array(SIZES[SEEN]).integer(SEEN).integer(seen.atMicros()).uuid(seen.user());
      ValueCodec.write(out, seen.state());
    } else if (record instanceof Recorded.End end) {
      out.array(SIZES[END]).integer(END).integer(end.atMicros()).binary(end.hash());
    }
  }

  private static byte[] rest(Recorded.Header header) {
    return MsgWriter.write(
        out ->
            out.array(3)
                .integer(header.startedMillis())
                .text(header.session())
                .text(header.software()));
  }

  /**
   * The record of these bytes, which is none at the beginning.
   *
   * @throws ProtocolException if they are none
   */
  Recorded decode(byte[] bytes) {
    return MsgReader.read(bytes, this::read);
  }

  private Recorded read(MsgReader in) throws IOException {
    int elements = in.array();
    int number = in.below(SIZES.length);
    if (elements != SIZES[number]) {
      throw bad("record " + number + " has " + elements + " elements");
    }
    return switch (number) {
      case HEADER -> throw bad("a second header");
      case BEGUN -> new Recorded.Begun(in.count(), in.count());
      case FIRST_NODE -> new Recorded.FirstNode(nodes.decode(in.binary()));
      case JOINED -> readJoined(in);
      case LOGGED -> new Recorded.Logged(micros(in), in.binary());
      case SEEN -> new Recorded.Seen(micros(in), in.uuid(), ValueCodec.readFields(in));
      default -> new Recorded.End(micros(in), in.binary(Limits.KEY_BYTES));
    };
  }

  private static Recorded readJoined(MsgReader in) throws IOException {
    long atMicros = micros(in);
    UUID id = in.uuid();
    return new Recorded.Joined(atMicros, id, in.text(TEXT_BYTES), in.below(COLOURS));
  }

  private static long micros(MsgReader in) throws IOException {
    long micros = in.count();
    if (micros > MOST_MICROS) {
      throw bad("a time is beyond 100 days");
    }
    return micros;
  }

  /**
   * The header that the first record is.
   *
   * @throws RecordingException if it is none, or that of a file which only another Multi-User reads
   */
  static Recorded.Header header(byte[] bytes) throws RecordingException {
    try {
      Versions versions = MsgReader.read(bytes, RecordedCodec::readVersions);
      versions.check();
      return MsgReader.read(versions.rest(), RecordedCodec::readRest);
    } catch (ProtocolException e) {
      throw new RecordingException(
          "It is no recording of Multi-User's, or its beginning is damaged; make one with `agent"
              + " record`.",
          e);
    }
  }

  /**
   * What every version has at its beginning.
   *
   * @param rest what belongs to the version
   */
  private record Versions(long form, long protocol, byte[] rest) {
    void check() throws RecordingException {
      if (form == VERSION && protocol == ProtocolVersion.MAJOR) {
        return;
      }
      boolean newer = form > VERSION || protocol > ProtocolVersion.MAJOR;
      throw new RecordingException(
          "It was recorded by %s Multi-User (form %d, protocol %d); this one reads form %d of protocol %d: %s."
              .formatted(
                  newer ? "a newer" : "an older",
                  form,
                  protocol,
                  VERSION,
                  ProtocolVersion.MAJOR,
                  newer ? "update it" : "record anew"));
    }
  }

  private static Versions readVersions(MsgReader in) throws IOException {
    in.array(SIZES[HEADER]);
    if (in.below(1) != HEADER || !in.text(TEXT_BYTES).equals(MAGIC)) {
      throw bad("the magic words are missing");
    }
    return new Versions(in.count(), in.count(), in.binary(TEXT_BYTES));
  }

  private static Recorded.Header readRest(MsgReader in) throws IOException {
    in.array(3);
    return new Recorded.Header(in.count(), in.text(TEXT_BYTES), in.text(TEXT_BYTES));
  }

  private static ProtocolException bad(String text) {
    return new ProtocolException(ErrorCode.BAD_MESSAGE, text);
  }
}
