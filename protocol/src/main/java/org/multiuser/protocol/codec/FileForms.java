package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message.ChunkAsk;
import org.multiuser.protocol.message.Message.ChunkPart;
import org.multiuser.protocol.message.Message.FileAsk;
import org.multiuser.protocol.message.Message.FileFailed;
import org.multiuser.protocol.message.Message.FileKept;
import org.multiuser.protocol.message.Message.FileLeave;
import org.multiuser.protocol.message.Message.FileOffer;
import org.multiuser.protocol.message.Message.ManifestPart;

/** The messages of files, numbers 50 to 59 (SPEC ME2, FT). */
final class FileForms {
  private static final int TEXT_BYTES = 4096;

  static final List<MessageForm<?>> FORMS =
      List.of(
          new MessageForm<>(
              50,
              FileOffer.class,
              2,
              (m, out) -> out.binary(m.file().bytes()).integer(m.bytes()),
              in -> new FileOffer(digest(in), in.count())),
          new MessageForm<>(
              51,
              FileAsk.class,
              1,
              (m, out) -> out.binary(m.file().bytes()),
              in -> new FileAsk(digest(in))),
          new MessageForm<>(
              52,
              ManifestPart.class,
              4,
              (m, out) ->
                  out.binary(m.file().bytes())
                      .integer(m.totalBytes())
                      .integer(m.offset())
                      .binary(m.bytes()),
              in ->
                  new ManifestPart(
                      digest(in), in.count(), in.count(), in.binary(Limits.FILE_PART_BYTES))),
          new MessageForm<>(53, ChunkAsk.class, 1, FileForms::writeAsk, FileForms::readAsk),
          new MessageForm<>(
              54,
              ChunkPart.class,
              4,
              (m, out) ->
                  out.binary(m.chunk().bytes())
                      .integer(m.totalBytes())
                      .integer(m.offset())
                      .binary(m.bytes()),
              in ->
                  new ChunkPart(
                      digest(in), in.count(), in.count(), in.binary(Limits.FILE_PART_BYTES))),
          new MessageForm<>(
              55,
              FileKept.class,
              1,
              (m, out) -> out.binary(m.file().bytes()),
              in -> new FileKept(digest(in))),
          new MessageForm<>(
              56,
              FileFailed.class,
              3,
              (m, out) -> out.binary(m.file().bytes()).constant(m.code()).text(m.text()),
              in -> new FileFailed(digest(in), in.oneOf(ErrorCode.values()), in.text(TEXT_BYTES))),
          new MessageForm<>(
              57,
              FileLeave.class,
              1,
              (m, out) -> out.binary(m.file().bytes()),
              in -> new FileLeave(digest(in))));

  private FileForms() {}

  private static void writeAsk(ChunkAsk m, MsgWriter out) throws IOException {
    out.array(m.chunks().size());
    for (Digest chunk : m.chunks()) {
      out.binary(chunk.bytes());
    }
  }

  private static ChunkAsk readAsk(MsgReader in) throws IOException {
    int count = in.array();
    if (count > Limits.ASKED_CHUNKS) {
      throw ProtocolException.tooLarge(
          "at most " + Limits.ASKED_CHUNKS + " chunks are asked for at once");
    }
    List<Digest> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(digest(in));
    }
    return new ChunkAsk(List.copyOf(chunks));
  }

  private static Digest digest(MsgReader in) throws IOException {
    byte[] bytes = in.binary(Digest.BYTES);
    if (bytes.length != Digest.BYTES) {
      throw ProtocolException.bad("a digest has " + Digest.BYTES + " bytes");
    }
    return Digest.of(bytes);
  }
}
