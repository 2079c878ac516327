package org.multiuser.network;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whether a channel is read from: while nothing speaks against it. What waits meanwhile does so at
 * the peer, by TCP. Used on the channel's event loop alone.
 */
public final class Reading {
  /** What may speak against it. */
  public enum Reason {
    /** The other side takes no more for now. */
    FULL,
    /** The peer is too fast (SPEC LM6). */
    TOO_FAST,
    /** The link is about to end. */
    ENDING
  }

  private static final AttributeKey<Reading> KEY = AttributeKey.valueOf(Reading.class, "reading");

  private final Channel channel;
  private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
  private long slowUntilNanos;

  private Reading(Channel channel) {
    this.channel = channel;
  }

  /** That of this channel. */
  public static Reading of(Channel channel) {
    channel.attr(KEY).setIfAbsent(new Reading(channel));
    return channel.attr(KEY).get();
  }

  /** Reads no more for this reason. */
  public void stop(Reason reason) {
    reasons.add(reason);
    channel.config().setAutoRead(false);
  }

  /** This reason is gone: reads again if it was the last one. */
  public void resume(Reason reason) {
    reasons.remove(reason);
    channel.config().setAutoRead(reasons.isEmpty());
  }

  /** Stops for so long; of several times the latest end counts. */
  @SuppressWarnings("FutureReturnValueIgnored") // It ends with its event loop.
  public void slow(long nanos) {
    long until = System.nanoTime() + nanos;
    boolean first = !reasons.contains(Reason.TOO_FAST);
    if (first || until - slowUntilNanos > 0) {
      slowUntilNanos = until;
    }
    if (first) {
      stop(Reason.TOO_FAST);
      channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void look() {
    long left = slowUntilNanos - System.nanoTime();
    if (left > 0) {
      channel.eventLoop().schedule(this::look, left, TimeUnit.NANOSECONDS);
    } else {
      resume(Reason.TOO_FAST);
    }
  }
}
