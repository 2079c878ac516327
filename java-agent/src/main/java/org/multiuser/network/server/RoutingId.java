package org.multiuser.network.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The name under which the ROUTER sockets know a link. The gate gives it: it puts it into the READY
 * command in place of the peer's own, so that no peer can take another one's.
 */
final class RoutingId {
  private static final int BYTES = 9;

  private RoutingId() {}

  /** The routing id of the link with this number. */
  static byte[] of(long number) {
    return ByteBuffer.allocate(BYTES).put((byte) 1).putLong(number).array();
  }

  /** The link's number. */
  static long number(byte[] routingId) {
    return routingId.length == BYTES ? ByteBuffer.wrap(routingId).getLong(1) : -1;
  }

  /** The READY command of a DEALER of this number, as one ZMTP frame. */
  static byte[] ready(long number) {
    ByteBuffer body = ByteBuffer.allocate(255);
    text(body, "READY");
    property(body, "Socket-Type", "DEALER".getBytes(StandardCharsets.US_ASCII));
    property(body, "Identity", of(number));
    byte[] frame = new byte[2 + body.position()];
    frame[0] = 4;
    frame[1] = (byte) body.position();
    body.flip().get(frame, 2, frame.length - 2);
    return frame;
  }

  private static void property(ByteBuffer to, String name, byte[] value) {
    text(to, name);
    to.putInt(value.length).put(value);
  }

  private static void text(ByteBuffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    to.put((byte) bytes.length).put(bytes);
  }
}
