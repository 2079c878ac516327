package org.multiuser.agent;

import org.multiuser.protocol.message.ErrorCode;

/**
 * Where a client stands. Transitions:
 *
 * <pre>
 * Offline      → Connecting                    connect
 * Connecting   → LoggingIn | Ended             Welcome | refused, no answer, wrong version
 * LoggingIn    → Lobby | Initialising | Syncing | Ended
 *                                              LoggedIn in that session state | Failed
 * Lobby        → Initialising | Syncing        StateChanged
 * Initialising → Syncing | Online | Lobby      StateChanged; only the initialising admin is Online's
 *                                              way by InitialiseDone
 * Syncing      → Online                        CaughtUp
 * any joined   → Reconnecting                  a link is lost (SPEC HB3)
 * Reconnecting → as LoggingIn                  LoggedIn again (SPEC LI7)
 * any          → Ended                         Failed 0, or a log-in refused for good
 * any          → Offline                       disconnect
 * </pre>
 */
public sealed interface ClientState {
  /** The name in BR10. */
  String label();

  /** Not connected and not asked to. */
  record Offline() implements ClientState {
    @Override
    public String label() {
      return "OFFLINE";
    }
  }

  /** The links are being made. */
  record Connecting() implements ClientState {
    @Override
    public String label() {
      return "CONNECTING";
    }
  }

  /** The server speaks our protocol; the log-in is on its way. */
  record LoggingIn() implements ClientState {
    @Override
    public String label() {
      return "LOGGING_IN";
    }
  }

  /** In, but the session has no content yet: an admin must initialise it. */
  record Lobby() implements ClientState {
    @Override
    public String label() {
      return "LOBBY";
    }
  }

  /**
   * An admin is bringing the session into being.
   *
   * @param byMe whether it is this client
   */
  record Initialising(boolean byMe) implements ClientState {
    @Override
    public String label() {
      return "INITIALISING";
    }
  }

  /**
   * The session's content is on its way to us.
   *
   * @param done the nodes that are here
   * @param total the nodes in all, 0 while that is not known
   */
  record Syncing(long done, long total) implements ClientState {
    @Override
    public String label() {
      return "SYNCING";
    }
  }

  /** Everything is here; edits flow both ways. */
  record Online() implements ClientState {
    @Override
    public String label() {
      return "ONLINE";
    }
  }

  /**
   * The link was lost and is being made again; edits are kept meanwhile.
   *
   * @param sinceNanos when it was lost, in the driver's clock
   */
  record Reconnecting(long sinceNanos) implements ClientState {
    @Override
    public String label() {
      return "RECONNECTING";
    }
  }

  /** It is over, for this reason; connect starts anew. */
  record Ended(ErrorCode code, String text) implements ClientState {
    @Override
    public String label() {
      return "ENDED";
    }
  }
}
