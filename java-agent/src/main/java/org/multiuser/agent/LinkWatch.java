package org.multiuser.agent;

/**
 * When links are tried, when they are lost, and when the next heartbeat is due (SPEC HB1, HB3). It
 * knows times alone and is told what happens. All times are in the driver's clock.
 */
final class LinkWatch {
  private static final long SECOND = 1_000_000_000L;
  private static final long HEARTBEAT_NANOS = SECOND;
  private static final long SILENCE_NANOS = 3 * SECOND;
  private static final long ANSWER_NANOS = 5 * SECOND;

  /** On a busy machine, with Java cold on both sides, agreeing on encryption takes seconds. */
  private static final long FIRST_ANSWER_NANOS = 12 * SECOND;

  private static final long FIRST_BACK_OFF_NANOS = SECOND / 4;
  private static final long LAST_BACK_OFF_NANOS = 5 * SECOND;
  private static final int MAX_PING_MILLIS = 60_000;

  /**
   * How the links stand.
   *
   * <pre>
   * CLOSED  → ASKING            opened
   * ASKING  → BOUND | WAITING   the server let us in | it did not
   * BOUND   → WAITING           lost
   * WAITING → ASKING            opened again, after the back-off
   * any     → CLOSED            it is over
   * </pre>
   */
  private enum Links {
    CLOSED,
    ASKING,
    BOUND,
    WAITING
  }

  private Links links = Links.CLOSED;
  private long attemptNanos;
  private long answerNanos = FIRST_ANSWER_NANOS;
  private long retryNanos;
  private long backOffNanos = FIRST_BACK_OFF_NANOS;
  private long heardNanos;
  private long beatNanos;
  private int pingMillis = -1;

  /** An attempt begins: the server has to answer. */
  void opened(long nowNanos) {
    links = Links.ASKING;
    attemptNanos = nowNanos;
  }

  /** The server answered one step of the attempt; for the next one it has as long again. */
  void answered(long nowNanos) {
    attemptNanos = nowNanos;
  }

  /** The server let this client in; the first heartbeat is due at once. */
  void bound(long nowNanos) {
    links = Links.BOUND;
    answerNanos = ANSWER_NANOS;
    heardNanos = nowNanos;
    beatNanos = nowNanos - HEARTBEAT_NANOS;
    backOffNanos = FIRST_BACK_OFF_NANOS;
  }

  /** The links are gone: the next attempt comes after the back-off. */
  void lost(long nowNanos) {
    links = Links.WAITING;
    retryNanos = nowNanos + backOffNanos;
    backOffNanos = Math.min(backOffNanos * 2, LAST_BACK_OFF_NANOS);
  }

  /** It is over. */
  void closed() {
    links = Links.CLOSED;
  }

  /** Whether the links stand and the server let this client in. */
  boolean isBound() {
    return links == Links.BOUND;
  }

  /** Whether all links are closed until the next attempt. */
  boolean isWaiting() {
    return links == Links.WAITING;
  }

  /** Whether the next attempt is to be made now. */
  boolean isRetryDue(long nowNanos) {
    return isWaiting() && nowNanos - retryNanos >= 0;
  }

  /** Whether the server let an attempt go without an answer for too long. */
  boolean isUnanswered(long nowNanos) {
    return links == Links.ASKING && nowNanos - attemptNanos > answerNanos;
  }

  /** Whether the server has been silent on TTL for too long. */
  boolean isSilent(long nowNanos) {
    return isBound() && nowNanos - heardNanos > SILENCE_NANOS;
  }

  /** Something came over TTL. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** A heartbeat came back (SPEC HB2). */
  void echoed(long sentNanos, long nowNanos) {
    long millis = (nowNanos - sentNanos) / 1_000_000;
    pingMillis = (int) Math.min(MAX_PING_MILLIS, Math.max(0, millis));
  }

  /** The last measured way there and back, -1 before the first. */
  int pingMillis() {
    return pingMillis;
  }

  /** Whether a heartbeat is due; it counts as sent then. */
  boolean beat(long nowNanos) {
    boolean due = isBound() && nowNanos - beatNanos >= HEARTBEAT_NANOS;
    if (due) {
      beatNanos = nowNanos;
    }
    return due;
  }

  /** When something is due next. */
  long dueNanos(long nowNanos) {
    return switch (links) {
      case WAITING -> retryNanos;
      case BOUND -> beatNanos + HEARTBEAT_NANOS;
      case ASKING, CLOSED -> nowNanos + SECOND;
    };
  }
}
