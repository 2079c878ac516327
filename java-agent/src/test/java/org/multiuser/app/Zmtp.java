package org.multiuser.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.message.Message;

/** The bytes of ZMTP 3, for peers that are no ZeroMQ. */
final class Zmtp {
  private static final int GREETING_BYTES = 64;
  private static final int COMMAND = 4;

  private Zmtp() {}

  static byte[] greeting() {
    byte[] greeting = new byte[GREETING_BYTES];
    greeting[0] = (byte) 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    byte[] mechanism = "NULL".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
    return greeting;
  }

  static byte[] ready() {
    byte[] body = "\5READY\13Socket-Type\0\0\0\6DEALER".getBytes(StandardCharsets.US_ASCII);
    return concat(new byte[] {COMMAND, (byte) body.length}, body);
  }

  /** A message frame with these bytes. */
  static byte[] frame(byte[] body) {
    return concat(ByteBuffer.allocate(9).put((byte) 2).putLong(body.length).array(), body);
  }

  static byte[] concat(byte[]... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  /** What the server says until it ends the link. */
  static List<Message> untilEnd(InputStream in) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[4096];
    try {
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        all.write(some, 0, count);
      }
    } catch (IOException e) {
      // Reset: what came before it counts.
    }
    List<Message> messages = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
    bytes.position(Math.min(GREETING_BYTES, bytes.limit()));
    while (bytes.remaining() > 2) {
      int flags = bytes.get();
      byte[] body = new byte[(flags & 2) == 0 ? bytes.get() & 0xff : (int) bytes.getLong()];
      bytes.get(body);
      if ((flags & COMMAND) == 0) {
        messages.add(MessageCodec.decode(body));
      }
    }
    return messages;
  }
}
