package org.multiuser.agent;

import java.util.Arrays;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;

/**
 * Who a client is to the server, and how it says so over each new set of links (SPEC VE1, LI). The
 * identity is the same throughout; what proves it may be another one after each log-in.
 */
final class LogIn {
  private final UUID id;
  private final ConnectOptions options;
  private final Outgoing out;
  private byte[] secret;
  private long request;

  /**
   * An identity that is not logged in.
   *
   * @param id the client's (SPEC ID2)
   * @param secret what the server handed out for it earlier, empty for a new identity
   */
  LogIn(UUID id, byte[] secret, ConnectOptions options, Outgoing out) {
    this.id = id;
    this.secret = secret.clone();
    this.options = options;
    this.out = out;
  }

  /** The first word over new links. */
  void hello() {
    out.send(
        Channel.COMMANDS,
        new Message.Hello(ProtocolVersion.MAJOR, ProtocolVersion.MINOR, "multi-user-agent"));
  }

  /** Asks to be let in. */
  void ask() {
    request = out.nextRequest();
    out.send(
        Channel.COMMANDS,
        new Message.Login(
            request,
            options.session(),
            id,
            secret,
            options.userName(),
            options.colour(),
            options.serverPassword(),
            options.adminPassword(),
            options.blenderVersion(),
            false));
  }

  /** Whether this is an answer to the last asking. */
  boolean isAnswer(Message.Failed failed) {
    return failed.request() == request;
  }

  /** The server let this client in; a new secret is to be kept. */
  void accepted(Message.LoggedIn in) {
    if (!Arrays.equals(secret, in.secret())) {
      secret = in.secret();
      out.add(new Effect.Remember(secret));
    }
  }

  UUID id() {
    return id;
  }

  /** What proves the identity to the server, empty before the first log-in. */
  byte[] secret() {
    return secret.clone();
  }

  /** Whether the server knows this identity: it, or an earlier agent's with it, was let in once. */
  boolean isKnown() {
    return secret.length > 0;
  }
}
