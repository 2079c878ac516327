package org.multiuser.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import javax.net.ServerSocketFactory;
import py4j.CallbackClient;
import py4j.Gateway;
import py4j.GatewayServer;
import py4j.Py4JServerConnection;

/**
 * Py4J's server with everything taken out but calls of the facade (BR4): loopback, a free port, a
 * token, no objects, no classes, no reflection.
 */
public final class FacadeServer extends GatewayServer {
  private static final int MAX_CONNECTIONS = 8;

  private final FacadeCalls calls;
  private final String token;
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * A server that is not started yet.
   *
   * @param token what a client must say first; at least 32 characters
   */
  public FacadeServer(FacadeCalls calls, String token) {
    super(
        new Gateway(null, new NoCallback()),
        0,
        InetAddress.getLoopbackAddress(),
        0,
        0,
        null,
        ServerSocketFactory.getDefault());
    if (token.length() < 32) {
      throw new IllegalArgumentException("the token needs at least 32 characters");
    }
    PY4J_LOGGER.setLevel(Level.OFF);
    this.calls = calls;
    this.token = token;
  }

  /** What Py4J would call Python with; it never connects, because Java never asks Python. */
  private static final class NoCallback extends CallbackClient {
    NoCallback() {
      super(0, InetAddress.getLoopbackAddress(), 0, TimeUnit.SECONDS);
    }

    @Override
    public String sendCommand(String command, boolean blocking) {
      throw new UnsupportedOperationException("Java never calls Python");
    }
  }

  @Override
  protected Py4JServerConnection createConnection(Gateway gateway, Socket socket)
      throws IOException {
    if (connections.incrementAndGet() > MAX_CONNECTIONS) {
      connections.decrementAndGet();
      socket.close();
      throw new IOException("too many connections to the bridge");
    }
    FacadeConnection connection =
        new FacadeConnection(gateway, socket, calls, token, connections::decrementAndGet);
    connection.startConnection();
    return connection;
  }
}
