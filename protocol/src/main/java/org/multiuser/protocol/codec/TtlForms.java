package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.List;
import org.multiuser.protocol.message.Message.Heartbeat;
import org.multiuser.protocol.message.Message.HeartbeatReply;
import org.multiuser.protocol.message.Message.Presence;
import org.multiuser.protocol.message.Message.UserPresence;
import org.multiuser.protocol.model.Value;

/** The messages of TTL, numbers 40 to 49 (SPEC ME2). */
final class TtlForms {
  static final List<MessageForm<?>> FORMS =
      List.of(
          new MessageForm<>(
              40,
              Heartbeat.class,
              2,
              (m, out) -> out.integer(m.sentNanos()).integer(m.pingMillis()),
              in -> new Heartbeat(in.integer(), in.int32())),
          new MessageForm<>(
              41,
              HeartbeatReply.class,
              1,
              (m, out) -> out.integer(m.sentNanos()),
              in -> new HeartbeatReply(in.integer())),
          new MessageForm<>(
              42,
              Presence.class,
              1,
              (m, out) -> ValueCodec.write(out, m.state()),
              in -> new Presence(state(in))),
          new MessageForm<>(
              43,
              UserPresence.class,
              2,
              (m, out) -> ValueCodec.write(out.uuid(m.user()), m.state()),
              in -> new UserPresence(in.uuid(), state(in))));

  private TtlForms() {}

  private static Value.Fields state(MsgReader in) throws IOException {
    if (in.remaining() > Limits.PRESENCE_BYTES) {
      throw ProtocolException.tooLarge("a presence has more than " + Limits.PRESENCE_BYTES);
    }
    return ValueCodec.readFields(in);
  }
}
