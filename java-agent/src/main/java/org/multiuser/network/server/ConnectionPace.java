package org.multiuser.network.server;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast new connections come, by origin and in all (SPEC LM4): each costs a handshake, of which
 * the peer has to pay less than the server. Takes its time from the caller. Safe for several
 * threads.
 */
final class ConnectionPace {
  /** So many origins are remembered; of more the one that came the longest ago is forgotten. */
  static final int MOST_ORIGINS = 10_000;

  /** How many seconds' worth may come at once: whoever was cut off comes back with all links. */
  private static final int BURST_SECONDS = 8;

  private static final double NANOS = 1e9;

  private final int perSecond;
  private final Bucket inAll;

  /** In the order in which they came last. */
  private final Map<String, Bucket> byOrigin = new LinkedHashMap<>();

  /** Fills steadily up to its burst. */
  private static final class Bucket {
    private final int perSecond;
    private double tokens;
    private long filledNanos;

    Bucket(int perSecond, long nowNanos) {
      this.perSecond = perSecond;
      tokens = (double) perSecond * BURST_SECONDS;
      filledNanos = nowNanos;
    }

    boolean hasOne(long nowNanos) {
      double filled = tokens + (nowNanos - filledNanos) / NANOS * perSecond;
      tokens = Math.min((double) perSecond * BURST_SECONDS, filled);
      filledNanos = nowNanos;
      return tokens >= 1;
    }
  }

  /**
   * Nobody has come yet.
   *
   * @param perSecond new connections in a second of one origin
   * @param inAllPerSecond and of all
   */
  ConnectionPace(int perSecond, int inAllPerSecond, long nowNanos) {
    this.perSecond = perSecond;
    inAll = new Bucket(inAllPerSecond, nowNanos);
  }

  /** Whether one more may come from there now; if so it is counted. */
  synchronized boolean take(String origin, long nowNanos) {
    Bucket own = byOrigin.remove(origin);
    if (own == null) {
      own = new Bucket(perSecond, nowNanos);
    }
    byOrigin.put(origin, own);
    if (byOrigin.size() > MOST_ORIGINS) {
      Iterator<Bucket> oldest = byOrigin.values().iterator();
      oldest.next();
      oldest.remove();
    }
    if (!own.hasOne(nowNanos) || !inAll.hasOne(nowNanos)) {
      return false;
    }
    own.tokens--;
    inAll.tokens--;
    return true;
  }

  /** How many origins are remembered. */
  synchronized int size() {
    return byOrigin.size();
  }
}
