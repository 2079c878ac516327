package org.multiuser.network.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.multiuser.network.Alpn;
import org.multiuser.network.Reading;
import org.multiuser.network.Relay;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Link;
import org.multiuser.server.room.LogLine;
import org.multiuser.server.room.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the public port, or without encryption the four of them (SPEC CH5, CH7). What a peer sends
 * is checked before it is passed on to the ZeroMQ socket of its channel, which listens on loopback
 * alone. Its methods may be called from any thread; the links live on the gate's own event loops.
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

  private final GateSettings settings;
  private final Map<Channel, Integer> backends;
  private final GateListener listener;
  private final ConnectionCount count;
  private final ConnectionPace pace;
  private final QuietLog log = new QuietLog(line -> LOG.info("{}", line), System::nanoTime);
  private final EventLoopGroup loops =
      new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("gate", true));

  /** Where keys are agreed on: not on the loops, where others' edits would wait for it. */
  private final ExecutorService handshakes =
      Executors.newSingleThreadExecutor(new DefaultThreadFactory("handshakes", true));

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
    ConnectionLimits limits = settings.limits();
    count = new ConnectionCount(limits.perAddress(), limits.inAll());
    pace = new ConnectionPace(limits.newPerAddress(), limits.newInAll(), System.nanoTime());
  }

  /**
   * Opens the port, or the four without encryption.
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
    throw new IOException("no free port was found; name one with --port", last);
  }

  private void listen(int basePort) throws IOException {
    if (settings.identity() != null) {
      listen(basePort, basePort, this::acceptEncrypted);
      return;
    }
    int port = basePort;
    for (Channel channel : Channel.values()) {
      listen(port++, basePort, peer -> acceptPlain(channel, peer));
    }
  }

  private void listen(int port, int basePort, Consumer<SocketChannel> accept) throws IOException {
    ChannelFuture bound = bootstrap(accept).bind(settings.bind(), port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopListening();
      String needed =
          settings.ports() == 1
              ? "end what uses it or choose another one with --port"
              : "without encryption the server needs ports %d to %d: end what uses them or choose"
                      .formatted(basePort, basePort + settings.ports() - 1)
                  + " others with --port";
      throw new IOException(
          "port %d on %s cannot be opened (%s); %s"
              .formatted(port, settings.bind(), bound.cause().getMessage(), needed),
          bound.cause());
    }
    listening.add(bound.channel());
  }

  private ServerBootstrap bootstrap(Consumer<SocketChannel> accept) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 256)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Relay.WATER_MARK)
        .childOption(ChannelOption.RCVBUF_ALLOCATOR, Relay.receiveBuffers())
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel peer) {
                accept.accept(peer);
              }
            });
  }

  private void acceptPlain(Channel channel, SocketChannel peer) {
    if (counted(peer)) {
      serve(channel, peer, front(peer));
    }
  }

  /** The channel is known once encryption is agreed. */
  private void acceptEncrypted(SocketChannel peer) {
    if (!counted(peer)) {
      return;
    }
    SslHandler tls = new SslHandler(settings.identity().engine(), handshakes);
    tls.setWrapDataSize(0); // What was read at once is encrypted at once: nothing to gather.
    tls.setHandshakeTimeoutMillis(settings.halfOpenMillis());
    peer.pipeline().addLast(tls);
    GateFront front = front(peer);
    tls.handshakeFuture()
        .addListener(
            agreed -> {
              if (!agreed.isSuccess()) {
                front.end(notEncrypted(agreed.cause()));
                return;
              }
              Optional<Channel> channel = Alpn.channel(tls.engine().getApplicationProtocol());
              channel.ifPresentOrElse(
                  one -> serve(one, peer, front),
                  () -> front.end("it named none of the channels while encryption was agreed"));
            });
    peer.read(); // The handshake asks for the rest itself (SPEC CH7), before anything else is read.
  }

  private static String notEncrypted(Throwable cause) {
    return cause instanceof NotSslRecordException
        ? "it does not encrypt, which only a server with --plain allows"
        : "no encryption was agreed: "
            + String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", "?");
  }

  /** Whether there may be one more connection from there. */
  private boolean counted(SocketChannel peer) {
    String address = address(peer);
    String origin = Origin.of(address);
    if (!pace.take(origin, System.nanoTime())) {
      return refused(peer, address, "too many new connections in a second");
    }
    if (!count.add(origin)) {
      return refused(peer, address, "too many connections");
    }
    peer.closeFuture().addListener(closed -> count.remove(origin));
    return true;
  }

  private boolean refused(SocketChannel peer, String address, String why) {
    listener.refused();
    log.tell(LogLine.of("connection.refused").with("address", address).with("text", why));
    peer.close();
    return false;
  }

  private GateFront front(SocketChannel peer) {
    String address = address(peer);
    GateFront front =
        new GateFront(
            settings.halfOpenMillis(),
            reason -> {
              listener.refused();
              log.tell(
                  LogLine.of("connection.ended").with("address", address).with("text", reason));
            });
    peer.pipeline().addLast(front);
    return front;
  }

  private static String address(SocketChannel peer) {
    return peer.remoteAddress().getAddress().getHostAddress();
  }

  private void serve(Channel channel, SocketChannel peer, GateFront front) {
    Link link = new Link(channel, numbers.incrementAndGet());
    String address = address(peer);
    if (channel == Channel.COMMANDS) { // One line for each client, not for each of its links.
      log.tell(LogLine.of("connection").with("address", address));
    }
    links.put(link, peer);
    listener.opened(link, address);
    peer.closeFuture()
        .addListener(
            closed -> {
              links.remove(link);
              listener.gone(link);
            });
    connect(link, peer, front);
  }

  private void connect(Link link, SocketChannel peer, GateFront front) {
    new Bootstrap()
        .group(peer.eventLoop())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Relay.WATER_MARK)
        .option(ChannelOption.RCVBUF_ALLOCATOR, Relay.receiveBuffers())
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
                front.open(maxFrameBytes(link.channel()), link.number());
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
    handshakes.shutdownNow();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static long maxFrameBytes(Channel channel) {
    return switch (channel) {
      case SUBSCRIBER, PUBLISHER -> LARGE_FRAME_BYTES;
      case COMMANDS, TTL -> SMALL_FRAME_BYTES;
    };
  }
}
