package org.multiuser.network.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.multiuser.network.Alpn;
import org.multiuser.network.Reading;
import org.multiuser.network.Relay;
import org.multiuser.protocol.message.Channel;

/**
 * Carries the links of one attempt through TLS: ZeroMQ knows none. For each channel it listens on
 * loopback, passes on the one connection that it takes there, and keeps the port until it is
 * closed, so that no other program can listen there in its place. What speaks on loopback first is
 * served, and learns nothing by it that it could not learn from the server itself; the agent's own
 * link is refused then, and the attempt fails.
 *
 * <p>{@link #trouble} and {@link #close} may be called from any thread; the rest happens on the
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A close that fails has nobody to tell.
final class Tunnel implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  /** Less than the server may take for an answer (LinkWatch): so the user hears what is wrong. */
  private static final int CONNECT_MILLIS = 5_000;

  private static final int HANDSHAKE_MILLIS = 10_000;

  /** How long what was handed over last may take to get out; the links linger for less. */
  private static final int LAST_WORDS_MILLIS = 2_000;

  private final EventLoopGroup loop;
  private final String host;
  private final int port;
  private final Supplier<ServerCheck> checks;
  private final Consumer<String> told;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final ChannelGroup listening =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Map<Channel, Integer> ports = new EnumMap<>(Channel.class);
  private final Set<Channel> taken = EnumSet.noneOf(Channel.class);
  private final AtomicReference<Trouble> trouble = new AtomicReference<>();

  /**
   * Listens for the links.
   *
   * @param loop one thread, on which everything happens
   * @param checks makes what looks at the certificate of a connection
   * @param told hears what the user should know, on the event loop
   * @throws IOException if there are no ports on loopback
   */
  Tunnel(
      EventLoopGroup loop,
      String host,
      int port,
      Collection<Channel> channels,
      Supplier<ServerCheck> checks,
      Consumer<String> told)
      throws IOException {
    this.loop = loop;
    this.host = host;
    this.port = port;
    this.checks = checks;
    this.told = told;
    for (Channel channel : channels) {
      ChannelFuture bound = listener(channel).bind(LOOPBACK, 0).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        close();
        throw new IOException("no port on loopback", bound.cause());
      }
      listening.add(bound.channel());
      ports.put(channel, ((InetSocketAddress) bound.channel().localAddress()).getPort());
    }
  }

  /** Where the link of this channel is to connect to, on loopback. */
  int port(Channel channel) {
    return ports.get(channel);
  }

  /** What went wrong first, if anything did. */
  Optional<Trouble> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  private ServerBootstrap listener(Channel channel) {
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 2)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Relay.WATER_MARK)
        .childOption(ChannelOption.RCVBUF_ALLOCATOR, Relay.receiveBuffers())
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel local) {
                take(channel, local);
              }
            });
  }

  private void take(Channel channel, SocketChannel local) {
    open.add(local);
    if (!taken.add(channel)) {
      fail(local, Trouble.lost(Words.intruder()));
      return;
    }
    ServerCheck check = checks.get();
    SslHandler tls;
    try {
      tls = new SslHandler(check.engine(channel));
    } catch (GeneralSecurityException e) {
      fail(local, Trouble.lost("This Java cannot encrypt: " + e.getMessage()));
      return;
    }
    tls.setWrapDataSize(0); // What was read at once is encrypted at once: nothing to gather.
    tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
    tls.handshakeFuture()
        .addListener(
            agreed -> {
              if (agreed.isSuccess()) {
                agreed(check, channel, tls, local);
              } else {
                fail(local, Words.notAgreed(agreed.cause(), address()));
              }
            });
    connect(tls, local);
  }

  private void connect(SslHandler tls, SocketChannel local) {
    new Bootstrap()
        .group(local.eventLoop())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Relay.WATER_MARK)
        .option(ChannelOption.RCVBUF_ALLOCATOR, Relay.receiveBuffers())
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel far) {
                open.add(far);
                far.pipeline().addLast(tls, new Relay(local));
                local.pipeline().addLast(new Relay(far));
              }
            })
        .connect(host, port)
        .addListener(
            (ChannelFuture connected) -> {
              if (!connected.isSuccess()) {
                fail(local, Trouble.lost(Words.unreachable(connected.cause(), address())));
              }
            });
  }

  private void agreed(ServerCheck check, Channel channel, SslHandler tls, SocketChannel local) {
    if (!Alpn.name(channel).equals(tls.engine().getApplicationProtocol())) {
      fail(local, Trouble.refused(Words.unknownChannels(address())));
      return;
    }
    try {
      check.proved().ifPresent(told);
    } catch (ServerCheck.Refused e) {
      fail(local, Trouble.refused(e.getMessage()));
      return;
    }
    Reading.of(local).resume(Reading.Reason.FULL);
  }

  /** The local end is closed last: whoever sees that can ask why. */
  private void fail(SocketChannel local, Trouble why) {
    trouble.compareAndSet(null, why);
    local.close();
  }

  private String address() {
    return ServerCheck.address(host, port);
  }

  /** Ends the attempt: each link once its end on loopback is closed, and all of them soon. */
  @Override
  public void close() {
    listening.close();
    loop.schedule(() -> open.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
  }
}
