package org.multiuser.app.recording;

import java.util.function.BooleanSupplier;
import org.multiuser.app.timing.Samples;

/**
 * What was sent to a server and what came of it. Safe for several threads: one sends and waits, the
 * seats' threads tell what was settled.
 */
final class Traffic {
  private static final long STALL_NANOS = 60_000_000_000L;
  private static final int LOOK_MILLIS = 100;

  private final Samples latency = new Samples();
  private long sent;
  private long settled;
  private long refused;
  private long progressNanos = System.nanoTime();

  /** Something was sent, or is to be sent in turn. */
  final class Ticket {
    private final Actor actor;
    private final boolean changesOwner;
    private final long sentNanos = System.nanoTime();
    private boolean acknowledged;
    private boolean over;
    private long sequence;

    private Ticket(Actor actor, boolean changesOwner) {
      this.actor = actor;
      this.changesOwner = changesOwner;
    }

    Actor actor() {
      return actor;
    }

    boolean changesOwner() {
      return changesOwner;
    }

    /** The server says that it is durable; or it is in the order, which comes to the same. */
    void acknowledge(long nowNanos) {
      synchronized (Traffic.this) {
        if (!acknowledged) {
          acknowledged = true;
          latency.add(nowNanos - sentNanos);
        }
      }
    }

    /** It has its place in the log, or is in what came anew. */
    void settle(long at) {
      end(at, false);
    }

    /** The server did not take it. */
    void refuse() {
      end(0, true);
    }

    private void end(long at, boolean isRefused) {
      synchronized (Traffic.this) {
        if (!over) {
          over = true;
          sequence = at;
          settled++;
          refused += isRefused ? 1 : 0;
          stir();
        }
      }
    }

    /** Whether it is over, and this actor's replica holds it. */
    boolean isKnownTo(Actor other) {
      synchronized (Traffic.this) {
        return over && other.sequence() >= sequence;
      }
    }
  }

  /** Something is sent now. */
  synchronized Ticket send(Actor actor, boolean changesOwner) {
    sent++;
    progressNanos = Math.max(progressNanos, System.nanoTime());
    return new Ticket(actor, changesOwner);
  }

  /** A replica went on, so what is waited for may be there. */
  synchronized void stir() {
    progressNanos = System.nanoTime();
    notifyAll();
  }

  /**
   * Waits until something is so.
   *
   * @return whether it is; false if nothing at all went on for a minute
   */
  synchronized boolean await(BooleanSupplier met) throws InterruptedException {
    progressNanos = System.nanoTime();
    while (!met.getAsBoolean()) {
      if (System.nanoTime() - progressNanos > STALL_NANOS) {
        return false;
      }
      wait(LOOK_MILLIS);
    }
    return true;
  }

  /** How many are neither settled nor refused. */
  synchronized long open() {
    return sent - settled;
  }

  /** How many the server did not take, or never answered. */
  synchronized long lost() {
    return sent - settled + refused;
  }

  /** From sending to acknowledgement. */
  Samples.Summary latency() {
    return latency.summary();
  }
}
