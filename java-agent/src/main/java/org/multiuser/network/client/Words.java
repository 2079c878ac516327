package org.multiuser.network.client;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** What the user hears of a link that did not come about. Pure. */
final class Words {
  private Words() {}

  /** Why nobody was reached. */
  static String unreachable(Throwable cause, String address) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return "There is no server address " + address + ".";
    }
    if (cause instanceof ConnectTimeoutException) {
      return "The server at "
          + address
          + " did not answer. Is the address right, and does every firewall between let this port"
          + " through?";
    }
    return nothingListens(address);
  }

  static String nothingListens(String address) {
    return "Nothing listens at "
        + address
        + "; is the server running there? A router before it has to pass the port on to it.";
  }

  /** One of a server's further ports, which it has without encryption. */
  static String nothingListens(String place, int basePort) {
    return "Nothing listens at "
        + place
        + "; without encryption the ports "
        + basePort
        + " to "
        + (basePort + 3)
        + " all have to be passed on and let through.";
  }

  static String closed(String address) {
    return "The server at " + address + " closed the connection.";
  }

  /** Why no encryption was agreed with who was reached. */
  static Trouble notAgreed(Throwable cause, String address) {
    for (Throwable one = cause; one != null; one = one.getCause()) {
      if (one instanceof ServerCheck.Refused) {
        return Trouble.refused(one.getMessage());
      }
    }
    if (cause instanceof NotSslRecordException) {
      return Trouble.refused(plainServer(address));
    }
    if (cause instanceof SslHandshakeTimeoutException) {
      return Trouble.lost(
          "What listens at "
              + address
              + " did not agree on encryption in time; is it a"
              + " Multi-User server, and not one with --plain?");
    }
    String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("no_application_protocol")) {
      return Trouble.refused(unknownChannels(address));
    }
    if (said.contains("protocol_version")) {
      return Trouble.refused(
          "What listens at "
              + address
              + " cannot do TLS 1.3, which Multi-User needs. If a proxy"
              + " stands before the server, allow it there (nginx: ssl_protocols TLSv1.3).");
    }
    if (cause instanceof ClosedChannelException || said.startsWith("connection ")) {
      return Trouble.lost(
          "The server at "
              + address
              + " closed the connection before encryption was agreed. Is"
              + " it a Multi-User server, and not one with --plain?");
    }
    return Trouble.refused(
        "No encryption could be agreed with what listens at "
            + address
            + " ("
            + cause.getMessage()
            + ").");
  }

  /** It was reached, and speaks in clear. */
  static String plainServer(String address) {
    return "The server at "
        + address
        + " does not encrypt (--plain), and you asked for encryption."
        + " Nothing was sent to it. Ask the host to start it without --plain; or, if you trust the"
        + " network, switch Encrypted off for this server.";
  }

  /** It was reached in clear, and encrypts. */
  static String encryptedServer(String address) {
    return "The server at "
        + address
        + " encrypts, and you asked for no encryption. Switch"
        + " Encrypted on for this server.";
  }

  /** It encrypts, but knows nothing of the channels. */
  static String unknownChannels(String address) {
    return "What listens at "
        + address
        + " encrypts but is no Multi-User server, or a proxy before"
        + " it does not pass on the channels' names (ALPN): see docs/troubleshooting.md.";
  }

  /** Another program of this computer was quicker. */
  static String intruder() {
    return "Another program on this computer took a connection that was meant for the agent.";
  }
}
