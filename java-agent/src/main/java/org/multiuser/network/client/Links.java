package org.multiuser.network.client;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

  /** In the order of their ports (SPEC CH1). */
  private static final List<Channel> CHANNELS = List.of(Channel.values());

  private final ZContext context;
  private final String address;
  private final Tunnel tunnel;
  private final Map<Channel, ZMQ.Socket> sockets = new EnumMap<>(Channel.class);
  private final List<ZMQ.Socket> monitors = new ArrayList<>();
  private final Function<Channel, String> refusals;

  private Links(
      ZContext context, String address, Tunnel tunnel, Function<Channel, String> refusals) {
    this.context = context;
    this.address = address;
    this.tunnel = tunnel;
    this.refusals = refusals;
  }

  /**
   * Begins to connect all four, in clear.
   *
   * @param number sets the monitors of different attempts apart
   * @throws ZMQException if the address cannot be used
   */
  static Links plain(ZContext context, String host, int port, long number) {
    String address = ServerCheck.address(host, port);
    Function<Channel, String> places =
        channel -> ServerCheck.address(host, port + CHANNELS.indexOf(channel));
    Function<Channel, String> refusals =
        channel ->
            channel == Channel.COMMANDS
                ? Words.nothingListens(address)
                : Words.nothingListens(places.apply(channel), port);
    Links links = new Links(context, address, null, refusals);
    links.connect(number, places);
    return links;
  }

  /**
   * Begins to connect all four, encrypted.
   *
   * @param address where the tunnel leads
   * @param tunnel is closed with the links
   */
  static Links through(Tunnel tunnel, ZContext context, String address, long number) {
    Links links = new Links(context, address, tunnel, channel -> Words.nothingListens(address));
    links.connect(number, channel -> "127.0.0.1:" + tunnel.port(channel));
    return links;
  }

  private void connect(long number, Function<Channel, String> place) {
    try {
      for (Channel channel : CHANNELS) {
        connect(channel, place.apply(channel), "inproc://monitor-" + number + "-" + channel);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void connect(Channel channel, String place, String name) {
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
    socket.connect("tcp://" + place);
  }

  /** Whether they are encrypted. */
  boolean isEncrypted() {
    return tunnel != null;
  }

  ZMQ.Socket socket(Channel channel) {
    return sockets.get(channel);
  }

  void register(ZMQ.Poller poller) {
    sockets.values().forEach(socket -> poller.register(socket, ZMQ.Poller.POLLIN));
    monitors.forEach(monitor -> poller.register(monitor, ZMQ.Poller.POLLIN));
  }

  /** What happened to a link that ends this attempt, if anything. */
  Optional<Trouble> trouble() {
    Optional<Trouble> ended = ended();
    return ended.isPresent() && tunnel != null ? tunnel.trouble().or(() -> ended) : ended;
  }

  private Optional<Trouble> ended() {
    for (Channel channel : CHANNELS) {
      ZMQ.Socket monitor = monitors.get(CHANNELS.indexOf(channel));
      for (ZEvent event = next(monitor); event != null; event = next(monitor)) {
        if (event.getEvent() == ZMonitor.Event.CLOSED) {
          return Optional.of(Trouble.lost(refusals.apply(channel)));
        }
        if (event.getEvent() == ZMonitor.Event.DISCONNECTED) {
          return Optional.of(Trouble.lost(Words.closed(address)));
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
    if (tunnel != null) {
      tunnel.close();
    }
  }
}
