package org.multiuser.server.room;

import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

/**
 * How fast one peer may talk on one channel (SPEC LM6): a bucket of tokens that fills steadily. It
 * may be overdrawn; then it says how long the peer is to be heard no more. Pure; the caller has the
 * clock.
 */
final class Pace {
  private static final long NANOS = 1_000_000_000L;
  private static final long LEAST_PART_BYTES = 16L << 10;
  private static final long SUBSCRIBE_COST = 2_000;

  private final long burst;
  private final long perSecond;
  private double tokens;
  private long filledNanos;

  /**
   * A full bucket.
   *
   * @param burst how many tokens it holds
   * @param perSecond how many come back in a second
   */
  Pace(long burst, long perSecond, long nowNanos) {
    this.burst = burst;
    this.perSecond = perSecond;
    tokens = burst;
    filledNanos = nowNanos;
  }

  /** What a member may say on this channel; {@link #cost} in tokens. */
  static Pace on(Channel channel, long nowNanos) {
    return switch (channel) {
      case COMMANDS -> new Pace(2_000, 200, nowNanos);
      case SUBSCRIBER -> new Pace(20_000, 10_000, nowNanos);
      case PUBLISHER -> new Pace(320L << 20, 80L << 20, nowNanos); // Bytes: 5,120 small parts.
      case TTL -> new Pace(200, 100, nowNanos);
    };
  }

  /** What a message costs on its channel. */
  static long cost(Message message) {
    if (message instanceof Message.PushPart part) {
      return Math.max(LEAST_PART_BYTES, part.bytes().length);
    }
    if (message instanceof Message.FileOffer) {
      return LEAST_PART_BYTES;
    }
    if (message instanceof Message.ChunkPart || message instanceof Message.ManifestPart) {
      return 0; // It was asked for.
    }
    return message instanceof Message.Subscribe ? SUBSCRIBE_COST : 1;
  }

  /**
   * Takes tokens, also those that are not there.
   *
   * @return how long, in nanoseconds, until none is owed; 0 if none is
   */
  long take(long cost, long nowNanos) {
    double filled = (double) (nowNanos - filledNanos) * perSecond / NANOS;
    tokens = Math.min((double) burst, tokens + filled) - cost;
    filledNanos = nowNanos;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens * NANOS / perSecond);
  }
}
