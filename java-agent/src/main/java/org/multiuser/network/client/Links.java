package org.multiuser.network.client;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.multiuser.protocol.message.Channel;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import org.zeromq.ZMonitor;

/**
 * The four links of one attempt (SPEC CH1): DEALER sockets that never reconnect by themselves, each
 * with a monitor that tells at once when it was refused or lost. Used by the driver's thread alone.
 */
final class Links implements AutoCloseable {
  private static final int LINGER_MILLIS = 500;
  private static final int LOST_EVENTS =
      ZMQ.EVENT_CLOSED | ZMQ.EVENT_DISCONNECTED | ZMQ.EVENT_CONNECTED | ZMQ.EVENT_MONITOR_STOPPED;

  /** The longest frame that any channel has (SPEC LM1); memory is taken by what a header says. */
  private static final long MAX_FRAME_BYTES = 1L << 20;

  private final ZContext context;
  private final String address;
  private final Map<Channel, ZMQ.Socket> sockets = new EnumMap<>(Channel.class);
  private final List<ZMQ.Socket> monitors = new ArrayList<>();

  private Links(ZContext context, String address) {
    this.context = context;
    this.address = address;
  }

  /**
   * Begins to connect all four.
   *
   * @param number sets the monitors of different attempts apart
   * @throws ZMQException if the address cannot be used
   */
  static Links open(ZContext context, String host, int port, long number) {
    Links links = new Links(context, host + ":" + port);
    try {
      int offset = 0;
      for (Channel channel : Channel.values()) {
        String monitor = "inproc://monitor-" + number + "-" + offset;
        links.connect(channel, host, port + offset, monitor);
        offset++;
      }
    } catch (RuntimeException e) {
      links.close();
      throw e;
    }
    return links;
  }

  private void connect(Channel channel, String host, int port, String name) {
    ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
    sockets.put(channel, socket);
    socket.setLinger(channel == Channel.COMMANDS ? LINGER_MILLIS : 0);
    socket.setReconnectIVL(-1);
    socket.setSndHWM(0);
    socket.setRcvHWM(0);
    socket.setMaxMsgSize(MAX_FRAME_BYTES);
    socket.monitor(name, LOST_EVENTS);
    ZMQ.Socket monitor = context.createSocket(SocketType.PAIR);
    monitor.connect(name);
    monitors.add(monitor);
    socket.connect("tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  ZMQ.Socket socket(Channel channel) {
    return sockets.get(channel);
  }

  void register(ZMQ.Poller poller) {
    sockets.values().forEach(socket -> poller.register(socket, ZMQ.Poller.POLLIN));
    monitors.forEach(monitor -> poller.register(monitor, ZMQ.Poller.POLLIN));
  }

  /** What happened to a link that ends this attempt, if anything. */
  Optional<String> trouble() {
    for (ZMQ.Socket monitor : monitors) {
      for (ZEvent event = next(monitor); event != null; event = next(monitor)) {
        if (event.getEvent() == ZMonitor.Event.CLOSED) {
          return Optional.of("Nothing listens at " + address + "; is the server running there?");
        }
        if (event.getEvent() == ZMonitor.Event.DISCONNECTED) {
          return Optional.of("The server at " + address + " closed the connection.");
        }
      }
    }
    return Optional.empty();
  }

  private static ZEvent next(ZMQ.Socket monitor) {
    return ZEvent.recv(monitor, ZMQ.DONTWAIT);
  }

  @Override
  public void close() {
    sockets.values().forEach(socket -> socket.monitor(null, 0));
    monitors.forEach(ZMQ.Socket::close);
    sockets.values().forEach(ZMQ.Socket::close);
  }
}
