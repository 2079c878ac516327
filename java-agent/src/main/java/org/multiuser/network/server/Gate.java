package org.multiuser.network.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the public ports (SPEC CH5). What a peer sends is checked before it is passed on to the
 * ZeroMQ socket of its channel, which listens on loopback alone. Its methods may be called from any
 * thread; the links live on the gate's own event loops.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A close that fails has nobody to tell.
public final class Gate implements LinkControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int EVENT_LOOPS = 2;
  private static final int FREE_PORT_TRIES = 50;
  private static final long LAST_WORDS_MILLIS = 500;
  private static final long LARGE_FRAME_BYTES = 1L << 20;
  private static final long SMALL_FRAME_BYTES = 256L << 10;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final GateSettings settings;
  private final Map<Channel, Integer> backends;
  private final GateListener listener;
  private final ConnectionCount count;
  private final EventLoopGroup loops =
      new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("gate", true));
  private final Map<Link, io.netty.channel.Channel> links = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final List<io.netty.channel.Channel> listening = new ArrayList<>();

  /**
   * A gate that is not open yet.
   *
   * @param backends the loopback port of each channel's ZeroMQ socket
   * @param listener told of links, on the gate's threads
   */
  public Gate(GateSettings settings, Map<Channel, Integer> backends, GateListener listener) {
    this.settings = settings;
    this.backends = new EnumMap<>(backends);
    this.listener = listener;
    count = new ConnectionCount(settings.maxPerAddress(), settings.maxConnections());
  }

  /**
   * Opens the four ports.
   *
   * @return the base port
   * @throws IOException if they cannot be opened; says which one
   */
  public int open() throws IOException {
    if (settings.port() != 0) {
      listen(settings.port());
      return settings.port();
    }
    IOException last = null;
    for (int i = 0; i < FREE_PORT_TRIES; i++) {
      int port = FreePorts.candidate();
      try {
        listen(port);
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("no four free ports in a row were found; name one with --port", last);
  }

  private void listen(int basePort) throws IOException {
    int port = basePort;
    for (Channel channel : Channel.values()) {
      ChannelFuture bound = bootstrap(channel).bind(settings.bind(), port).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        stopListening();
        throw new IOException(
            "port "
                + port
                + " on "
                + settings.bind()
                + " cannot be opened ("
                + bound.cause().getMessage()
                + "); the server needs ports "
                + basePort
                + " to "
                + (basePort + 3)
                + ": end what uses them or choose others with --port",
            bound.cause());
      }
      listening.add(bound.channel());
      port++;
    }
  }

  private ServerBootstrap bootstrap(Channel channel) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 256)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .childOption(ChannelOption.RCVBUF_ALLOCATOR, receiveBuffers())
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel peer) {
                accept(channel, peer);
              }
            });
  }

  private static AdaptiveRecvByteBufAllocator receiveBuffers() {
    return new AdaptiveRecvByteBufAllocator(1 << 10, 16 << 10, 256 << 10);
  }

  private void accept(Channel channel, SocketChannel peer) {
    String address = peer.remoteAddress().getAddress().getHostAddress();
    if (!count.add(address)) {
      LOG.info("refused a connection from {}: too many connections", address);
      peer.close();
      return;
    }
    Link link = new Link(channel, numbers.incrementAndGet());
    if (channel == Channel.COMMANDS) { // One line for each client, not for each of its links.
      LOG.info("connection from {}", address);
    }
    links.put(link, peer);
    listener.opened(link, address);
    peer.closeFuture()
        .addListener(
            closed -> {
              count.remove(address);
              links.remove(link);
              listener.gone(link);
            });
    peer.pipeline()
        .addLast(
            new GateFront(
                maxFrameBytes(channel),
                link.number(),
                settings.halfOpenMillis(),
                reason -> LOG.info("ended connection of {} on {}: {}", address, channel, reason)));
    connect(link, peer);
  }

  private void connect(Link link, SocketChannel peer) {
    new Bootstrap()
        .group(peer.eventLoop())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .option(ChannelOption.RCVBUF_ALLOCATOR, receiveBuffers())
        .handler(new Relay(peer))
        .connect(LOOPBACK, backends.get(link.channel()))
        .addListener(
            (ChannelFuture connected) -> {
              if (!connected.isSuccess()) {
                LOG.warn("{} is not served: {}", link, connected.cause().getMessage());
                peer.close();
              } else if (!peer.isOpen()) {
                connected.channel().close();
              } else {
                peer.pipeline().addLast(new Relay(connected.channel()));
                Reading.of(peer).resume(Reading.Reason.FULL);
              }
            });
  }

  @Override
  public void end(Link link) {
    io.netty.channel.Channel peer = links.get(link);
    if (peer != null) {
      peer.eventLoop().execute(() -> Reading.of(peer).stop(Reading.Reason.ENDING));
      peer.eventLoop().schedule(() -> peer.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void slow(Link link, long nanos) {
    io.netty.channel.Channel peer = links.get(link);
    if (peer != null) {
      peer.eventLoop().execute(() -> Reading.of(peer).slow(nanos));
    }
  }

  /** Takes no more connections; those that stand go on. */
  public void stopListening() {
    listening.forEach(port -> port.close().awaitUninterruptibly());
    listening.clear();
  }

  /** Ends everything. */
  @Override
  public void close() {
    stopListening();
    links.values().forEach(io.netty.channel.Channel::close);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static long maxFrameBytes(Channel channel) {
    return switch (channel) {
      case SUBSCRIBER, PUBLISHER -> LARGE_FRAME_BYTES;
      case COMMANDS, TTL -> SMALL_FRAME_BYTES;
    };
  }
}
