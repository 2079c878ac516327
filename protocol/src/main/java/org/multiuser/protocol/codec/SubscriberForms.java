package org.multiuser.protocol.codec;

import java.util.List;
import org.multiuser.protocol.message.Message.CaughtUp;
import org.multiuser.protocol.message.Message.EntryPart;
import org.multiuser.protocol.message.Message.Grant;
import org.multiuser.protocol.message.Message.OwnEntry;
import org.multiuser.protocol.message.Message.SnapshotBegin;
import org.multiuser.protocol.message.Message.SnapshotEnd;
import org.multiuser.protocol.message.Message.SnapshotPart;
import org.multiuser.protocol.message.Message.Subscribe;

/** The messages of Subscriber, numbers 20 to 29 (SPEC ME2); Grant is Publisher's as well. */
final class SubscriberForms {
  static final List<MessageForm<?>> FORMS =
      List.of(
          new MessageForm<>(
              20,
              Subscribe.class,
              4,
              (m, out) ->
                  out.binary(m.token())
                      .uuid(m.incarnation())
                      .integer(m.sequence())
                      .integer(m.creditBytes()),
              in ->
                  new Subscribe(
                      in.binary(CommandForms.TOKEN_BYTES), in.uuid(), in.count(), in.count())),
          new MessageForm<>(
              21, Grant.class, 1, (m, out) -> out.integer(m.bytes()), in -> new Grant(in.count())),
          new MessageForm<>(
              22,
              SnapshotBegin.class,
              4,
              (m, out) ->
                  out.uuid(m.incarnation())
                      .integer(m.sequence())
                      .integer(m.nodes())
                      .integer(m.bytes()),
              in -> new SnapshotBegin(in.uuid(), in.count(), in.count(), in.count())),
          new MessageForm<>(
              23,
              SnapshotPart.class,
              4,
              (m, out) ->
                  out.integer(m.index())
                      .integer(m.totalBytes())
                      .integer(m.offset())
                      .binary(m.bytes()),
              in ->
                  new SnapshotPart(
                      in.count(), in.count(), in.count(), in.binary(Limits.PART_BYTES))),
          new MessageForm<>(
              24,
              SnapshotEnd.class,
              1,
              (m, out) -> out.integer(m.sequence()),
              in -> new SnapshotEnd(in.count())),
          new MessageForm<>(
              25,
              EntryPart.class,
              4,
              (m, out) ->
                  out.integer(m.sequence())
                      .integer(m.totalBytes())
                      .integer(m.offset())
                      .binary(m.bytes()),
              in ->
                  new EntryPart(in.count(), in.count(), in.count(), in.binary(Limits.PART_BYTES))),
          new MessageForm<>(
              26,
              OwnEntry.class,
              2,
              (m, out) -> out.integer(m.sequence()).integer(m.counter()),
              in -> new OwnEntry(in.count(), in.count())),
          new MessageForm<>(
              27,
              CaughtUp.class,
              2,
              (m, out) -> out.integer(m.sequence()).integer(m.counter()),
              in -> new CaughtUp(in.count(), in.count())));

  private SubscriberForms() {}
}
