package org.multiuser.presence;

import java.util.Optional;
import org.multiuser.protocol.model.Value;

/** Lets this user's presence out at most 20 times a second, the newest of it (SPEC PR1). */
public final class PresencePacer {
  private static final long GAP_NANOS = 50_000_000;

  private Value.Fields waiting;
  private Value.Fields latest;
  private boolean everSent;
  private long sentNanos;

  /** Where the user is now; replaces what still waits. */
  public void offer(Value.Fields state) {
    if (!state.equals(latest)) {
      latest = state;
      waiting = state;
    }
  }

  /** The link is a new one: the last presence is to be told again. */
  public void restart() {
    waiting = latest;
  }

  /** What is to be sent now, if anything. */
  public Optional<Value.Fields> poll(long nowNanos) {
    if (waiting == null || (everSent && nowNanos - sentNanos < GAP_NANOS)) {
      return Optional.empty();
    }
    Value.Fields state = waiting;
    waiting = null;
    everSent = true;
    sentNanos = nowNanos;
    return Optional.of(state);
  }

  /** Whether something waits for its turn. */
  public boolean isWaiting() {
    return waiting != null;
  }
}
