package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;

/** What a server that is none may say to an agent over real sockets. */
class HostileServerTest {
  private static final long TIMEOUT_MILLIS = 20_000;
  private static final long ANNOUNCED_BYTES = 64L << 20;

  private final List<ServerSocket> ports = new ArrayList<>();

  @Test
  @DisplayName("[LM1] an agent takes no frame that is longer than any may be, and no memory for it")
  void longFrame() throws Exception {
    listen();
    Thread server = new Thread(this::announce, "server that announces too much");
    server.setDaemon(true);
    server.start();
    try (AgentRuntime agent = new AgentRuntime(null)) {
      agent.connect(
          new ConnectOptions(
              "127.0.0.1",
              ports.get(0).getLocalPort(),
              "main",
              "ann",
              0,
              "",
              "",
              "4.3",
              ConnectOptions.DEFAULT_TIMEOUT_MILLIS,
              Security.PLAIN));
      long end = System.currentTimeMillis() + TIMEOUT_MILLIS;
      while (!(agent.status().state() instanceof ClientState.Ended)) {
        assertTrue(System.currentTimeMillis() < end, agent.status().toString());
        Thread.sleep(20);
      }
      ClientState.Ended ended = assertInstanceOf(ClientState.Ended.class, agent.status().state());
      assertTrue(ended.text().contains("closed the connection"), ended.text());
    }
  }

  /** The first frame's header, and nothing of what it announces. */
  private void announce() {
    try {
      Socket commands = ports.get(0).accept();
      byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(ANNOUNCED_BYTES).array();
      commands.getOutputStream().write(Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), header));
      commands.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Listens on four ports in a row, wherever they are free. */
  private void listen() throws IOException {
    while (ports.size() < 4) {
      try {
        ServerSocket first = open(0);
        for (int next = 1; next < 4; next++) {
          open(first.getLocalPort() + next);
        }
      } catch (IOException | IllegalArgumentException e) {
        close(); // One of them is taken, or beyond the last.
      }
    }
  }

  private ServerSocket open(int port) throws IOException {
    ServerSocket socket = new ServerSocket(port, 4, InetAddress.getLoopbackAddress());
    ports.add(socket);
    return socket;
  }

  @AfterEach
  void close() throws IOException {
    for (ServerSocket port : ports) {
      port.close();
    }
    ports.clear();
  }
}
