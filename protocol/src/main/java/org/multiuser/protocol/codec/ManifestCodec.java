package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.file.Manifest.Chunk;

/** The bytes of manifests (SPEC FI3). Stateless; safe for several threads. */
public final class ManifestCodec {
  private ManifestCodec() {}

  /** The bytes of a manifest. */
  public static byte[] encode(Manifest manifest) {
    return MsgWriter.write(
        out -> {
          out.array(2).binary(manifest.file().bytes()).array(2 * manifest.chunks().size());
          for (Chunk chunk : manifest.chunks()) {
            out.binary(chunk.digest().bytes()).integer(chunk.length());
          }
        });
  }

  /**
   * The manifest of these bytes.
   *
   * @throws ProtocolException if they are not one, or one of too large a file
   */
  public static Manifest decode(byte[] bytes) {
    return MsgReader.read(bytes, ManifestCodec::read);
  }

  private static Manifest read(MsgReader in) throws IOException {
    in.array(2);
    Digest file = digest(in);
    int values = in.array();
    if (values % 2 != 0) {
      throw ProtocolException.bad("a chunk has no length");
    }
    if (values / 2 > Manifest.MOST_CHUNKS) {
      throw ProtocolException.tooLarge("a file has at most " + Manifest.MOST_CHUNKS + " chunks");
    }
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < values; i += 2) {
      chunks.add(new Chunk(digest(in), in.int32()));
    }
    return new Manifest(file, chunks);
  }

  private static Digest digest(MsgReader in) throws IOException {
    return Digest.of(in.binary(Digest.BYTES));
  }
}
