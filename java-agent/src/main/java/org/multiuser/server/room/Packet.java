package org.multiuser.server.room;

import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.message.Message;

/**
 * A message on its way out, encoded once however many receive it. The frame belongs to the packet:
 * nobody changes it. Used by the server's thread alone.
 */
public final class Packet {
  private final Message message;
  private byte[] frame;

  /** A packet of this message. */
  public Packet(Message message) {
    this.message = message;
  }

  /** What it carries. */
  public Message message() {
    return message;
  }

  /** The encoded message. */
  public byte[] frame() {
    if (frame == null) {
      frame = MessageCodec.encode(message);
    }
    return frame;
  }
}
