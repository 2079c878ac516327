package org.multiuser.server.room;

import java.util.Optional;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Message;

/** The commits of one author on their way in, with the credit they are sent by (SPEC CR2, PT). */
final class Intake {
  static final long START_BYTES = 4L << 20;
  private static final long STEP_BYTES = 64L << 10;
  private static final long LEAST_COST_BYTES = 64;

  private final Link link;
  private final PartAssembler assembly;
  private long counter;
  private long allowed = START_BYTES;
  private long owed;

  /**
   * Nothing has come in yet.
   *
   * @param maxBytes the largest commit that is taken (SPEC LM2)
   */
  Intake(Link link, long maxBytes) {
    this.link = link;
    assembly = new PartAssembler(maxBytes);
  }

  Link link() {
    return link;
  }

  /**
   * Takes a part.
   *
   * @return the whole commit if this was its last part
   * @throws ProtocolException if the part does not follow, or was sent without credit
   */
  Optional<byte[]> part(Message.PushPart part) {
    spend(Math.max(LEAST_COST_BYTES, part.bytes().length));
    if (!assembly.isOpen()) {
      counter = part.counter();
    } else if (counter != part.counter()) {
      throw Requests.bad("a part of another commit inside of one");
    }
    return assembly.add(part.totalBytes(), part.offset(), part.bytes());
  }

  private void spend(long cost) {
    allowed -= cost;
    owed += cost;
    if (allowed < -Limits.PART_BYTES) {
      throw Requests.bad("sent without credit");
    }
  }

  /** Grants anew what was consumed (SPEC CR3). */
  void repay(Outbox out) {
    if (owed >= STEP_BYTES) {
      out.send(link, new Message.Grant(owed));
      allowed += owed;
      owed = 0;
    }
  }
}
