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
  private final long maxBytes;
  private long counter;

  /** What came of a commit that is too large, of so many bytes; 0 in all if none is under way. */
  private long discarded;

  private long discarding;
  private long allowed = START_BYTES;
  private long owed;

  /**
   * Nothing has come in yet.
   *
   * @param maxBytes the largest commit that is taken (SPEC LM2)
   */
  Intake(Link link, long maxBytes) {
    this.link = link;
    this.maxBytes = maxBytes;
    assembly = new PartAssembler(maxBytes);
  }

  /**
   * A commit that has come in.
   *
   * @param bytes null if it had more than this server takes, and nothing was kept of it
   */
  record Arrived(byte[] bytes) {}

  Link link() {
    return link;
  }

  /**
   * Takes a part. What is larger than the host allows, and no larger than the protocol does, is
   * taken to its end and forgotten: it can be refused then like any other, where the end of the
   * link would have it pushed again and again.
   *
   * @return the whole commit if this was its last part
   * @throws ProtocolException if the part does not follow, or was sent without credit
   */
  Optional<Arrived> part(Message.PushPart part) {
    spend(Math.max(LEAST_COST_BYTES, part.bytes().length));
    if (!assembly.isOpen() && discarding == 0) {
      counter = part.counter();
    } else if (counter != part.counter()) {
      throw Requests.bad("a part of another commit inside of one");
    }
    boolean tooLarge = part.totalBytes() > maxBytes && part.totalBytes() <= Limits.THING_BYTES;
    return discarding > 0 || (tooLarge && !assembly.isOpen())
        ? discard(part)
        : assembly.add(part.totalBytes(), part.offset(), part.bytes()).map(Arrived::new);
  }

  private Optional<Arrived> discard(Message.PushPart part) {
    int length = part.bytes().length;
    boolean follows = discarding == 0 || discarding == part.totalBytes();
    if (!follows
        || part.offset() != discarded
        || length == 0
        || length > Limits.PART_BYTES
        || discarded + length > part.totalBytes()) {
      throw Requests.bad("a part does not follow the one before");
    }
    discarding = part.totalBytes();
    discarded += length;
    if (discarded < discarding) {
      return Optional.empty();
    }
    discarding = 0;
    discarded = 0;
    return Optional.of(new Arrived(null));
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
