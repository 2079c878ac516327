package org.multiuser.protocol.codec;

import java.io.IOException;
import org.multiuser.protocol.message.Message;

/**
 * How one kind of message is written and read (SPEC ME1, ME2).
 *
 * @param number its number on the wire
 * @param type its record
 * @param fields how many fields it has, the number left out
 */
record MessageForm<M extends Message>(
    int number, Class<M> type, int fields, Writing<M> writing, MsgReader.Decoding<M> reading) {

  /** Writes the fields of a message. */
  @FunctionalInterface
  interface Writing<M> {
    void write(M message, MsgWriter out) throws IOException;
  }

  /** Writes the message, which must be of this kind. */
  void write(Message message, MsgWriter out) throws IOException {
    out.array(fields + 1).integer(number);
    writing.write(type.cast(message), out);
  }
}
