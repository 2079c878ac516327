package org.multiuser.protocol.codec;

import java.util.List;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message.Accepted;
import org.multiuser.protocol.message.Message.Bind;
import org.multiuser.protocol.message.Message.PushPart;
import org.multiuser.protocol.message.Message.Refused;

/** The messages of Publisher, numbers 30 to 39 (SPEC ME2); Bind is TTL's as well. */
final class PublisherForms {
  private static final int TEXT_BYTES = 4096;

  static final List<MessageForm<?>> FORMS =
      List.of(
          new MessageForm<>(
              30,
              Bind.class,
              1,
              (m, out) -> out.binary(m.token()),
              in -> new Bind(in.binary(CommandForms.TOKEN_BYTES))),
          new MessageForm<>(
              31,
              PushPart.class,
              4,
              (m, out) ->
                  out.integer(m.counter())
                      .integer(m.totalBytes())
                      .integer(m.offset())
                      .binary(m.bytes()),
              in -> new PushPart(in.count(), in.count(), in.count(), in.binary(Limits.PART_BYTES))),
          new MessageForm<>(
              32,
              Accepted.class,
              2,
              (m, out) -> out.integer(m.counter()).integer(m.sequence()),
              in -> new Accepted(in.count(), in.count())),
          new MessageForm<>(
              33,
              Refused.class,
              4,
              (m, out) ->
                  out.integer(m.counter()).constant(m.code()).text(m.text()).uuid(m.owner()),
              in ->
                  new Refused(
                      in.count(),
                      in.oneOf(ErrorCode.values()),
                      in.text(TEXT_BYTES),
                      in.uuidOrNull())));

  private PublisherForms() {}
}
