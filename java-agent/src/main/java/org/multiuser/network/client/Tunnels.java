package org.multiuser.network.client;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.Channel;

/** Makes tunnels, which share one thread. Any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the thread's end.
final class Tunnels implements AutoCloseable {
  private final EventLoopGroup loop =
      new NioEventLoopGroup(1, new DefaultThreadFactory("tunnel", true));
  private final ServerTrust trust;
  private final boolean remembers;

  /**
   * What makes tunnels.
   *
   * @param trust whom to take for servers
   * @param remembers whether a server that is met for the first time is known from then on
   */
  Tunnels(ServerTrust trust, boolean remembers) {
    this.trust = trust;
    this.remembers = remembers;
  }

  /**
   * Opens one.
   *
   * @param fingerprint what the server is to have, if anybody said so
   * @param told hears what the user should know, on the tunnels' thread
   * @throws IOException if there are no ports on loopback
   */
  Tunnel open(
      String host,
      int port,
      Optional<Digest> fingerprint,
      Collection<Channel> channels,
      Consumer<String> told)
      throws IOException {
    return new Tunnel(
        loop,
        host,
        port,
        channels,
        () -> new ServerCheck(trust, host, port, fingerprint, remembers),
        told);
  }

  /** Ends the thread, and with it what is open. */
  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
