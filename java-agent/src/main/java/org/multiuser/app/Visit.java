package org.multiuser.app;

import java.util.function.BooleanSupplier;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;

/** A command's stay in a session: it joins, has the whole session, looks, and leaves. */
final class Visit implements AutoCloseable {
  private static final int POLL_MILLIS = 20;

  private final AgentRuntime agent;
  private final long endNanos;

  private Visit(AgentRuntime agent, long endNanos) {
    this.agent = agent;
    this.endNanos = endNanos;
  }

  /**
   * Joins, and waits until all of the session is here.
   *
   * @param seconds how long that, and all that follows, may take
   * @throws IllegalStateException if it cannot be joined; says why
   */
  static Visit begin(AgentRuntime agent, ConnectOptions options, int seconds) {
    Visit visit = new Visit(agent, System.nanoTime() + seconds * 1_000_000_000L);
    agent.connect(options);
    visit.await(visit::isSettled);
    ClientState state = agent.status().state();
    if (!(state instanceof ClientState.Online)) {
      visit.close();
      throw new IllegalStateException("The session could not be joined: " + reason(state));
    }
    return visit;
  }

  AgentRuntime agent() {
    return agent;
  }

  /** Waits until this holds; false if it did not in time. */
  boolean await(BooleanSupplier met) {
    while (!met.getAsBoolean()) {
      if (System.nanoTime() - endNanos > 0) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    return true;
  }

  private boolean isSettled() {
    ClientState state = agent.status().state();
    return state instanceof ClientState.Online
        || state instanceof ClientState.Lobby
        || state instanceof ClientState.Ended;
  }

  private static String reason(ClientState state) {
    if (state instanceof ClientState.Ended ended) {
      return ended.text();
    }
    return state instanceof ClientState.Lobby
        ? "it is not open yet."
        : "the server did not send it in time; allow it more with --seconds.";
  }

  /** Leaves. */
  @Override
  public void close() {
    agent.disconnect();
    agent.close();
  }
}
