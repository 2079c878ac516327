package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.file.Manifest.Chunk;

/**
 * The bytes of manifests, which give files their names (SPEC FI1, FI3). Safe for several threads.
 */
public final class ManifestCodec {
  private ManifestCodec() {}

  /** The manifest of the file that consists of these chunks. */
  public static Manifest of(List<Chunk> chunks) {
    return new Manifest(Digest.ofContent(encode(chunks)), chunks);
  }

  /** The bytes of a manifest. */
  public static byte[] encode(Manifest manifest) {
    return encode(manifest.chunks());
  }

  private static byte[] encode(List<Chunk> chunks) {
    return MsgWriter.write(
        out -> {
          out.array(2 * chunks.size());
          for (Chunk chunk : chunks) {
            out.binary(chunk.digest().bytes()).integer(chunk.length());
          }
        });
  }

  /**
   * The manifest of these bytes.
   *
   * @throws ProtocolException if they are not one as {@link #encode} makes it, or one of too large
   *     a file
   */
  public static Manifest decode(byte[] bytes) {
    List<Chunk> chunks = MsgReader.read(bytes, ManifestCodec::read);
    if (!Arrays.equals(bytes, encode(chunks))) {
      throw ProtocolException.bad("a manifest that is not in its one form");
    }
    try {
      return new Manifest(Digest.ofContent(bytes), chunks);
    } catch (IllegalArgumentException e) {
      throw ProtocolException.tooLarge(e.getMessage());
    }
  }

  private static List<Chunk> read(MsgReader in) throws IOException {
    int values = in.array();
    if (values % 2 != 0) {
      throw ProtocolException.bad("a chunk has no length");
    }
    if (values / 2 > Manifest.MOST_CHUNKS) {
      throw ProtocolException.tooLarge("a file has at most " + Manifest.MOST_CHUNKS + " chunks");
    }
    List<Chunk> chunks = new ArrayList<>();
    Map<Digest, Integer> lengths = new HashMap<>();
    for (int i = 0; i < values; i += 2) {
      Chunk chunk = new Chunk(Digest.of(in.binary(Digest.BYTES)), in.int32());
      Integer other = lengths.putIfAbsent(chunk.digest(), chunk.length());
      if (other != null && other != chunk.length()) {
        throw ProtocolException.bad("one chunk in two lengths");
      }
      chunks.add(chunk);
    }
    return chunks;
  }
}
