package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multiuser.network.server.ConnectionLimits;
import org.multiuser.network.server.GateSettings;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

/** Broken peers on every port, while a good client goes on. */
@DisplayName("[CH5, ER4, LM4] The gate, and a good client beside it,")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GateFaultsTest {
  private static final int HALF_OPEN_MILLIS = 400;
  private static final int MAX_CONNECTIONS = 40;

  private static final ConnectionLimits LIMITS =
      new ConnectionLimits(MAX_CONNECTIONS, 1024, 1000, 1000);

  private final List<Socket> sockets = new ArrayList<>();
  private MemoryServer server;
  private int port;
  private WireClient good;

  @BeforeEach
  void start() throws Exception {
    server = new MemoryServer(new GateSettings("127.0.0.1", 0, LIMITS, HALF_OPEN_MILLIS, null));
    port = server.port;
    good = server.host();
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    good.close();
    server.close();
  }

  @Test
  @DisplayName("survive random bytes on every port")
  void randomBytes() throws Exception {
    Random random = new Random(3);
    for (int offset = 0; offset < 4; offset++) {
      for (int i = 0; i < 5; i++) {
        byte[] bytes = new byte[2_000];
        random.nextBytes(bytes);
        assertEnded(write(offset, bytes));
      }
    }
    goodGoesOn();
  }

  @Test
  @DisplayName("survive a greeting followed by frames of length -1 and of 2 GB on every port")
  void evilLengths() throws Exception {
    for (int offset = 0; offset < 4; offset++) {
      for (long length : new long[] {-1, 2L << 30, Long.MAX_VALUE}) {
        byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(length).array();
        assertEnded(write(offset, Zmtp.concat(Zmtp.greeting(), header)));
        assertEnded(write(offset, Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), header)));
      }
    }
    goodGoesOn();
  }

  @Test
  @DisplayName("survive commands that are too short or carry more than they may")
  void evilCommands() throws Exception {
    String[] bodies = {
      "\4PING", "\4PING\0", "\4PING\0\1" + "x".repeat(40), "\4PONG", "\5ERROR", "\5ERRORPx"
    };
    for (int offset = 0; offset < 4; offset++) {
      for (String text : bodies) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        write(
            offset,
            Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), new byte[] {4, (byte) body.length}, body));
      }
    }
    Thread.sleep(300);
    goodGoesOn();
    try (WireClient another = new WireClient(port)) {
      another.hello();
    }
  }

  @Test
  @DisplayName("end half-open links in time, also those that send byte by byte")
  void halfOpen() throws Exception {
    Socket silent = write(0, new byte[0]);
    Socket greeted = write(2, Zmtp.greeting());
    Socket slow = write(1, new byte[0]);
    for (byte one : Zmtp.greeting()) {
      try {
        slow.getOutputStream().write(one);
      } catch (IOException e) {
        break; // Ended already.
      }
      Thread.sleep(10);
    }
    assertEnded(silent);
    assertEnded(greeted);
    assertEnded(slow);
    goodGoesOn();
  }

  @Test
  @DisplayName("end a link whose message is no message of ours")
  void noMessage() throws Exception {
    byte[] frame = {0, 3, (byte) 0xc1, 1, 2};
    for (int offset = 0; offset < 4; offset++) {
      assertEnded(write(offset, Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), frame)));
    }
    goodGoesOn();
  }

  @Test
  @DisplayName("serve a slow but sound peer")
  void slowButSound() throws Exception {
    Socket slow = write(0, Zmtp.greeting());
    for (byte one : Zmtp.ready()) {
      slow.getOutputStream().write(one);
      slow.getOutputStream().flush();
    }
    Thread.sleep(HALF_OPEN_MILLIS + 200);
    slow.setSoTimeout(200);
    assertEquals(0xff, slow.getInputStream().read());
    goodGoesOn();
  }

  @Test
  @DisplayName("refuse more connections than one address may have, and take them again later")
  void tooMany() throws Exception {
    List<Socket> many = new ArrayList<>();
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
      many.add(write(0, Zmtp.concat(Zmtp.greeting(), Zmtp.ready())));
    }
    int refused = 0;
    Thread.sleep(300);
    for (Socket socket : many) {
      refused += isEnded(socket, 20) ? 1 : 0;
    }
    assertEquals(4, refused);
    for (Socket socket : many) {
      socket.close();
    }
    goodGoesOn();
    try (WireClient another = new WireClient(port)) {
      another.hello();
    }
  }

  private void goodGoesOn() {
    good.send(Channel.TTL, new Message.Heartbeat(42, -1));
    assertEquals(42, good.await(Channel.TTL, Message.HeartbeatReply.class).sentNanos());
    good.create("Object");
    good.await(Channel.PUBLISHER, Message.Accepted.class);
    good.await(Channel.SUBSCRIBER, Message.OwnEntry.class);
  }

  private Socket write(int offset, byte[] bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port + offset);
    sockets.add(socket);
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      return socket; // Ended while it was written to: what the test looks for.
    }
    return socket;
  }

  private static void assertEnded(Socket socket) throws IOException {
    assertTrue(isEnded(socket, 5_000), "the link stands");
  }

  private static boolean isEnded(Socket socket, int timeoutMillis) throws IOException {
    socket.setSoTimeout(timeoutMillis);
    try {
      while (socket.getInputStream().read() >= 0) {
        // The server's greeting and its last words.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // Reset.
    }
  }
}
