package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.multiuser.protocol.message.Message;

/**
 * The bytes of messages (SPEC ME1–ME4). The forms of the single messages stand in one file per
 * channel. Stateless; safe for several threads.
 */
public final class MessageCodec {
  private static final Map<Class<?>, MessageForm<?>> BY_TYPE = new HashMap<>();
  private static final Map<Integer, MessageForm<?>> BY_NUMBER = new HashMap<>();

  static {
    for (MessageForm<?> form : forms()) {
      BY_TYPE.put(form.type(), form);
      BY_NUMBER.put(form.number(), form);
    }
  }

  private MessageCodec() {}

  /** All forms, in the order of their numbers. */
  static List<MessageForm<?>> forms() {
    return Stream.of(
            CommandForms.FORMS,
            SubscriberForms.FORMS,
            PublisherForms.FORMS,
            TtlForms.FORMS,
            FileForms.FORMS)
        .<MessageForm<?>>flatMap(List::stream)
        .toList();
  }

  /**
   * The bytes of a message, which are one ZeroMQ frame (SPEC CH2).
   *
   * @throws ProtocolException if it breaks a limit of SPEC VA5
   */
  public static byte[] encode(Message message) {
    MessageForm<?> form = BY_TYPE.get(message.getClass());
    return MsgWriter.write(out -> form.write(message, out));
  }

  /**
   * The message of these bytes. Whether the peer may send it here is the receiver's matter.
   *
   * @throws ProtocolException if they are not one (SPEC ME3)
   */
  public static Message decode(byte[] frame) {
    return MsgReader.read(frame, MessageCodec::read);
  }

  private static Message read(MsgReader in) throws IOException {
    int elements = in.array();
    int number = in.below(Integer.MAX_VALUE);
    MessageForm<?> form = BY_NUMBER.get(number);
    if (form == null) {
      throw ProtocolException.bad("there is no message " + number);
    }
    if (elements != form.fields() + 1) {
      throw ProtocolException.bad("message " + number + " has " + (elements - 1) + " fields");
    }
    return form.reading().from(in);
  }
}
