package org.multiuser.agent;

import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/**
 * Where a client stands, from the first attempt through lost links to the end: which of the states
 * it is in, when links are opened, and what a loss or a refusal leads to (SPEC HB, ER).
 */
final class Standing {
  private final ConnectOptions options;
  private final LogIn logIn;
  private final Outgoing out;
  private final Transfers transfers;
  private final Company company;
  private final LinkWatch links = new LinkWatch();
  private ClientState state = new ClientState.Offline();

  /** Whether this client was ever let in. */
  private boolean isJoined;

  /** Why the server that was met last was not wanted. */
  private String refusal = "";

  /** Whether the user knows that the present loss lasts longer than the server waits. */
  private boolean longLossTold;

  /**
   * Not connected yet.
   *
   * @param transfers stand still whenever the links are gone
   * @param company is forgotten once it is over
   */
  Standing(
      ConnectOptions options, LogIn logIn, Outgoing out, Transfers transfers, Company company) {
    this.options = options;
    this.logIn = logIn;
    this.out = out;
    this.transfers = transfers;
    this.company = company;
  }

  ClientState state() {
    return state;
  }

  /** The links' times. */
  LinkWatch links() {
    return links;
  }

  /** Whether it began and is not over. */
  boolean isAlive() {
    return !(state instanceof ClientState.Offline || state instanceof ClientState.Ended);
  }

  /** Begins; once. */
  void connect(long nowNanos) {
    state = new ClientState.Connecting();
    open(nowNanos);
  }

  /** The server speaks this protocol and is asked to let this client in. */
  void welcomed(long nowNanos) {
    links.answered(nowNanos);
    if (state instanceof ClientState.Connecting) {
      state = new ClientState.LoggingIn();
    }
  }

  /** The server let this client in; {@link #settle} says where that is. */
  void joined(long nowNanos) {
    isJoined = true;
    refusal = "";
    links.bound(nowNanos);
  }

  /** The client stands there in the session, of which it is a part. */
  void settle(ClientState inSession) {
    state = inSession;
  }

  /** A link was refused, or lost. */
  void linkLost(String text, long nowNanos) {
    if (isConnecting()) {
      end(ErrorCode.TIMED_OUT, text);
    } else if (isAlive() && !links.isWaiting()) {
      lost(text, nowNanos);
    }
  }

  /**
   * This side did not want the server that it met: told whenever there is a new reason, for the
   * user may have to do something. It is tried again all the same: who stands between may go.
   */
  void linkRefused(String text, long nowNanos) {
    boolean isNews = state instanceof ClientState.Reconnecting && !text.equals(refusal);
    refusal = text;
    linkLost(text, nowNanos);
    if (isNews) {
      out.tell(Event.Kind.WARNING, text);
    }
  }

  /** Time passes: links are tried again, and given up where the server does not answer. */
  void tick(long nowNanos) {
    if (state instanceof ClientState.Reconnecting lost) {
      tellLongLoss(lost, nowNanos);
      if (links.isRetryDue(nowNanos)) {
        open(nowNanos);
      }
    }
    if (links.isUnanswered(nowNanos)) {
      linkLost(noAnswer(), nowNanos);
    }
  }

  private String noAnswer() {
    String ports =
        options.security().plain()
            ? "the ports " + options.port() + " to " + (options.port() + 3)
            : "port " + options.port();
    return "The server at "
        + options.host()
        + ":"
        + options.port()
        + " did not answer. Is the address right, and does every firewall between let "
        + ports
        + " through?";
  }

  /** The links are of no use any more; new ones are tried after a while. */
  void lost(String text, long nowNanos) {
    links.lost(nowNanos);
    transfers.lost();
    out.add(new Effect.Close());
    if (!(state instanceof ClientState.Reconnecting)) {
      state = new ClientState.Reconnecting(nowNanos);
      longLossTold = false;
      out.tell(Event.Kind.WARNING, "The link was lost, trying again. " + text);
    }
  }

  /** The server does not go on with this client: it is tried again where that may help. */
  void refused(Message.Failed failed, long nowNanos) {
    switch (failed.code()) {
      case TOO_FAST -> {
        if (state instanceof ClientState.LoggingIn) {
          state = new ClientState.Reconnecting(nowNanos);
        }
        lost(failed.text(), nowNanos);
      }
      case INTERNAL, NOT_LOGGED_IN, SERVER_STOPPING, STORE_FAILED, TIMED_OUT -> {
        if (isJoined || logIn.isKnown()) {
          lost(failed.text(), nowNanos);
        } else {
          end(failed.code(), failed.text());
        }
      }
      default -> end(failed.code(), failed.text());
    }
  }

  /** Leaves for good. */
  void disconnect() {
    close(new ClientState.Offline());
    out.add(new Effect.Forget());
  }

  private void open(long nowNanos) {
    links.opened(nowNanos);
    out.add(new Effect.Open(options.host(), options.port(), options.security()));
    logIn.hello();
  }

  /** By now the server has timed this client out (SPEC HB4); its edits are kept and it tries on. */
  private void tellLongLoss(ClientState.Reconnecting lost, long nowNanos) {
    if (!longLossTold && nowNanos - lost.sinceNanos() > options.timeoutMillis() * 1_000_000L) {
      longLossTold = true;
      out.tell(
          Event.Kind.WARNING,
          ErrorCode.TIMED_OUT,
          "The server has not been reached for long: what you owned is free again. Your edits are"
              + " kept, and the agent tries on until you disconnect.");
    }
  }

  private void end(ErrorCode code, String text) {
    close(new ClientState.Ended(code, text));
    out.tell(Event.Kind.ERROR, code, text);
  }

  private void close(ClientState last) {
    out.add(new Effect.Close());
    links.closed();
    transfers.lost();
    company.forget();
    state = last;
  }

  /**
   * Whether this is the first attempt, before anything was agreed. An identity that an earlier
   * agent logged in with was in the session: for that one any loss is a lost link.
   */
  private boolean isConnecting() {
    return !logIn.isKnown()
        && (state instanceof ClientState.Connecting || state instanceof ClientState.LoggingIn);
  }
}
