package org.multiuser.network.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Asks a server what it is, without a log-in (SPEC VE1): whether it is there, how far away, and
 * which sessions it holds. Any thread; it waits.
 */
public final class Probe {
  private static final int ODDEST_BYTES = 64 * 1024;

  private Probe() {}

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
   * @param timeoutMillis how long each of reaching it and its answer may take; the look-up of a
   *     name may take longer
   */
  public static Answer ask(String host, int port, int timeoutMillis) {
    String address = host + ":" + port;
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
      return new Offline("Nothing listens at " + address + "; is the server running there?");
    }
    return greet(found, address, timeoutMillis, pingMillis);
  }

  /** How many milliseconds a connection takes: one round trip. */
  private static long reach(InetSocketAddress found, int timeoutMillis) throws IOException {
    long beginNanos = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(found, timeoutMillis);
    }
    return Math.round((System.nanoTime() - beginNanos) / 1e6);
  }

  private static Answer greet(
      InetSocketAddress found, String address, int timeoutMillis, long pingMillis) {
    try (ZContext context = new ZContext()) {
      context.setLinger(0);
      ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
      socket.setReconnectIVL(-1);
      socket.setReceiveTimeOut(timeoutMillis);
      socket.setMaxMsgSize(ODDEST_BYTES);
      String numbers = found.getAddress().getHostAddress();
      String host = numbers.contains(":") ? "[" + numbers + "]" : numbers;
      socket.connect("tcp://" + host + ":" + found.getPort());
      socket.send(
          MessageCodec.encode(
              new Message.Hello(ProtocolVersion.MAJOR, ProtocolVersion.MINOR, "multi-user-agent")));
      byte[] frame = socket.recv();
      if (frame == null) {
        return notOurs(address);
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

  private static Answer notOurs(String address) {
    return new Offline("What listens at " + address + " is no Multi-User server of this release.");
  }
}
