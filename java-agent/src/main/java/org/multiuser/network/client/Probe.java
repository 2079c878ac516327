package org.multiuser.network.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.multiuser.agent.Security;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Asks a server what it is, without a log-in (SPEC VE1): whether it is there, how far away, and
 * which sessions it holds. It remembers no certificate: whoever joins does. Any thread, several at
 * once; it waits.
 */
public final class Probe implements AutoCloseable {
  /** The longest frame on Commands (SPEC LM1): what a server with very many sessions answers. */
  private static final int MOST_BYTES = 256 << 10;

  private static final int LOOK_MILLIS = 50;

  private final ServerTrust trust;
  private final int timeoutMillis;
  private Tunnels tunnels;

  /**
   * What asks.
   *
   * @param trust whom to take for servers
   * @param timeoutMillis how long each of reaching one and its answer may take; the look-up of a
   *     name may take longer
   */
  public Probe(ServerTrust trust, int timeoutMillis) {
    this.trust = trust;
    this.timeoutMillis = timeoutMillis;
  }

  /** What came of it. */
  public sealed interface Answer {}

  /**
   * The server is there and speaks the same protocol.
   *
   * @param pingMillis how long it took to reach it
   */
  public record Online(long pingMillis, String software, List<Message.SessionInfo> sessions)
      implements Answer {}

  /** It cannot be joined; {@code problem} says why and what to do. */
  public record Offline(String problem) implements Answer {}

  /**
   * Asks.
   *
   * @param port the base port (SPEC CH1)
   * @param security how it is protected
   */
  public Answer ask(String host, int port, Security security) {
    String address = ServerCheck.address(host, port);
    InetSocketAddress found = new InetSocketAddress(host, port);
    if (found.isUnresolved()) {
      return new Offline("Nobody knows the name " + host + ". Check how it is written.");
    }
    long pingMillis;
    try {
      reach(found, timeoutMillis); // the first time loads what the second one measures
      pingMillis = reach(found, timeoutMillis);
    } catch (SocketTimeoutException e) {
      return new Offline(
          address + " does not answer. Is the server running, and its port open in the firewall?");
    } catch (IOException e) {
      return new Offline(Words.nothingListens(address));
    }
    if (!security.plain()) {
      return greetEncrypted(host, port, security, pingMillis);
    }
    String numbers = found.getAddress().getHostAddress();
    Answer answer = greet(ServerCheck.address(numbers, port), address, pingMillis, Optional::empty);
    return answer instanceof Offline no && isDumb(no, address)
        ? new Offline(TlsProbe.explain(host, port, timeoutMillis, no.problem()))
        : answer;
  }

  private Answer greetEncrypted(String host, int port, Security security, long pingMillis) {
    String address = ServerCheck.address(host, port);
    try (Tunnel tunnel =
        tunnels()
            .open(host, port, security.fingerprint(), EnumSet.of(Channel.COMMANDS), text -> {})) {
      String place = "127.0.0.1:" + tunnel.port(Channel.COMMANDS);
      return greet(place, address, pingMillis, () -> tunnel.trouble().map(Trouble::text));
    } catch (IOException e) {
      return new Offline("The agent cannot listen on this computer: " + e.getMessage());
    }
  }

  private synchronized Tunnels tunnels() {
    if (tunnels == null) {
      tunnels = new Tunnels(trust, false);
    }
    return tunnels;
  }

  /** Ends what is still open. */
  @Override
  public synchronized void close() {
    if (tunnels != null) {
      tunnels.close();
    }
  }

  /** How many milliseconds a connection takes: one round trip. */
  private static long reach(InetSocketAddress found, int timeoutMillis) throws IOException {
    long beginNanos = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(found, timeoutMillis);
    }
    return Math.round((System.nanoTime() - beginNanos) / 1e6);
  }

  /**
   * Says hello and waits for the answer.
   *
   * @param place where to connect
   * @param trouble says at any time why none will come
   */
  private Answer greet(
      String place, String address, long pingMillis, Supplier<Optional<String>> trouble) {
    try (ZContext context = new ZContext()) {
      context.setLinger(0);
      ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
      socket.setReconnectIVL(-1);
      socket.setReceiveTimeOut(LOOK_MILLIS);
      socket.setMaxMsgSize(MOST_BYTES);
      socket.connect("tcp://" + place);
      socket.send(
          MessageCodec.encode(
              new Message.Hello(ProtocolVersion.MAJOR, ProtocolVersion.MINOR, "multi-user-agent")));
      long endNanos = System.nanoTime() + timeoutMillis * 1_000_000L;
      byte[] frame = socket.recv();
      while (frame == null && trouble.get().isEmpty() && System.nanoTime() - endNanos < 0) {
        frame = socket.recv();
      }
      if (frame == null) {
        return trouble.get().map(Offline::new).orElse(silent(address));
      }
      return read(MessageCodec.decode(frame), address, pingMillis);
    } catch (ProtocolException e) {
      return notOurs(address);
    }
  }

  private static Answer read(Message message, String address, long pingMillis) {
    if (message instanceof Message.Welcome welcome) {
      return new Online(pingMillis, welcome.software(), welcome.sessions());
    }
    if (message instanceof Message.Failed failed) {
      return new Offline(failed.text());
    }
    return notOurs(address);
  }

  /** Whether nothing was said that only a server of ours says. */
  private static boolean isDumb(Offline no, String address) {
    return no.equals(notOurs(address)) || no.equals(silent(address));
  }

  private static Offline silent(String address) {
    return new Offline(
        address + " was reached and did not answer in time. Is it a Multi-User server, and busy?");
  }

  private static Offline notOurs(String address) {
    return new Offline("What listens at " + address + " is no Multi-User server of this release.");
  }
}
