package org.multiuser.network.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.Alpn;
import org.multiuser.network.TestTls;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Link;

/** A real gate before backends that the test plays, and peers of the JDK's own TLS. */
@DisplayName("[CH7] The gate, encrypted,")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GateEncryptedTest {
  private static final int HALF_OPEN_MILLIS = 1_000;
  private static final int MAX_CONNECTIONS = 12;
  private static final int FRAME_BYTES = 64 << 10;

  /** What all buffers of two sockets, two programs and a gate may hold together. */
  private static final long BUFFERED_BYTES = 24L << 20;

  @TempDir private static Path folder;
  private static ServerIdentity identity;

  private final Map<Channel, ServerSocket> backends = new EnumMap<>(Channel.class);
  private final List<Socket> sockets = new ArrayList<>();
  private final ConcurrentLinkedQueue<Link> opened = new ConcurrentLinkedQueue<>();
  private Gate gate;
  private int port;

  @BeforeAll
  static void identity() throws Exception {
    TestTls.Made made = TestTls.make(folder, "gate");
    identity = ServerIdentity.read(made.certificate(), made.key());
  }

  @BeforeEach
  void open() throws Exception {
    Map<Channel, Integer> ports = new EnumMap<>(Channel.class);
    for (Channel channel : Channel.values()) {
      backends.put(channel, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      ports.put(channel, backends.get(channel).getLocalPort());
    }
    gate =
        new Gate(
            new GateSettings(
                "127.0.0.1",
                0,
                new ConnectionLimits(MAX_CONNECTIONS, 1024, 1000, 1000),
                HALF_OPEN_MILLIS,
                identity),
            ports,
            new GateListener() {
              @Override
              public void opened(Link link, String address) {
                opened.add(link);
              }

              @Override
              public void gone(Link link) {
                opened.remove(link);
              }
            });
    port = gate.open();
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    gate.close();
    for (ServerSocket backend : backends.values()) {
      backend.close();
    }
  }

  @Test
  @DisplayName("leads to the channel that was named, on one port")
  void channels() throws Exception {
    for (Channel channel : Channel.values()) {
      SSLSocket peer = peer(channel);
      peer.getOutputStream().write(hello());
      Socket behind = backends.get(channel).accept();
      sockets.add(behind);
      assertEquals(channel, opened.stream().reduce((a, b) -> b).orElseThrow().channel());
      byte[] seen = behind.getInputStream().readNBytes(64);
      assertEquals((byte) 0xff, seen[0]);
      behind.getOutputStream().write(7);
      assertEquals(7, peer.getInputStream().read());
    }
  }

  @Test
  @DisplayName("ends who names no channel, another one, or cannot do TLS 1.3, before it is a link")
  void notAgreed() throws Exception {
    SSLSocket none = keep(TestTls.connect(port, "TLSv1.3"));
    none.startHandshake();
    assertEnded(none);
    for (String wrong : List.of("h2", "multiuser", "multiuser-admin", "MULTIUSER-TTL")) {
      SSLSocket other = keep(TestTls.connect(port, "TLSv1.3", wrong));
      assertThrows(SSLException.class, other::startHandshake, wrong);
    }
    SSLSocket old = keep(TestTls.connect(port, "TLSv1.2", Alpn.name(Channel.TTL)));
    assertThrows(SSLException.class, old::startHandshake);
    assertTrue(opened.isEmpty());
  }

  @Test
  @DisplayName("ends who speaks in clear, or nonsense")
  void inClear() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[300];
      random.nextBytes(bytes);
      if (i < 8) {
        System.arraycopy(new byte[] {0x16, 3, 1, 1, 0}, 0, bytes, 0, 5); // as TLS begins
      }
      assertEnded(raw(bytes));
    }
    assertEnded(raw(hello()));
    assertTrue(opened.isEmpty());
  }

  @Test
  @DisplayName("ends who does not come to an end with its handshakes, TLS's or ZeroMQ's, in time")
  void halfOpen() throws Exception {
    long begin = System.nanoTime();
    Socket silent = raw(new byte[0]);
    Socket begun = raw(new byte[] {0x16, 3, 1, 0});
    SSLSocket agreed = peer(Channel.COMMANDS);
    SSLSocket greeted = peer(Channel.TTL);
    greeted.getOutputStream().write(hello(), 0, 64);
    for (Socket one : List.of(silent, begun, agreed, greeted)) {
      assertEnded(one);
    }
    long millis = (System.nanoTime() - begin) / 1_000_000;
    assertTrue(millis >= HALF_OPEN_MILLIS - 100 && millis < HALF_OPEN_MILLIS + 1_500, millis + "");
  }

  @Test
  @DisplayName("counts connections before they agree on anything [LM4]")
  void tooMany() throws Exception {
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
      raw(new byte[0]);
    }
    Thread.sleep(100);
    assertTrue(isEnded(raw(new byte[0]), HALF_OPEN_MILLIS / 4), "one too many");
    assertFalse(isEnded(sockets.get(0), 20), "the others stand");
    for (Socket one : sockets) {
      one.close();
    }
    Thread.sleep(200);
    peer(Channel.COMMANDS);
  }

  @Test
  @DisplayName("checks what comes out of the encryption as what comes in clear [CH5]")
  void checked() throws Exception {
    for (long length : new long[] {-1, 2L << 30}) {
      byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(length).array();
      SSLSocket peer = peer(Channel.PUBLISHER);
      peer.getOutputStream().write(hello());
      peer.getOutputStream().write(header);
      assertEnded(peer);
    }
  }

  @Test
  @DisplayName("reads no faster than it is taken behind it, and loses nothing")
  void inward() throws Exception {
    SSLSocket peer = peer(Channel.PUBLISHER);
    peer.getOutputStream().write(hello());
    Socket behind = backends.get(Channel.PUBLISHER).accept();
    sockets.add(behind);
    int frames = (int) (2 * BUFFERED_BYTES / FRAME_BYTES);
    AtomicLong sent = new AtomicLong();
    Thread sender = new Thread(() -> send(peer, frames, sent), "sender");
    sender.start();
    long stands = standsAt(sent);
    assertTrue(stands < BUFFERED_BYTES, stands + " bytes were taken in");
    InputStream in = behind.getInputStream();
    in.readNBytes(64);
    assertEquals(4, in.read());
    in.readNBytes(in.read());
    for (int i = 0; i < frames; i++) {
      byte[] frame = in.readNBytes(9 + FRAME_BYTES);
      assertEquals((byte) i, frame[9 + i % FRAME_BYTES], "frame " + i);
    }
    sender.join();
  }

  @Test
  @DisplayName("takes no more from behind it than is read, and loses nothing")
  void outward() throws Exception {
    SSLSocket peer = peer(Channel.SUBSCRIBER);
    peer.getOutputStream().write(hello());
    Socket behind = backends.get(Channel.SUBSCRIBER).accept();
    sockets.add(behind);
    int frames = (int) (2 * BUFFERED_BYTES / FRAME_BYTES);
    AtomicLong sent = new AtomicLong();
    Thread sender = new Thread(() -> send(behind, frames, sent), "sender");
    sender.start();
    long stands = standsAt(sent);
    assertTrue(stands < BUFFERED_BYTES, stands + " bytes were taken in");
    InputStream in = peer.getInputStream();
    for (int i = 0; i < frames; i++) {
      byte[] frame = in.readNBytes(9 + FRAME_BYTES);
      assertEquals((byte) i, frame[9 + i % FRAME_BYTES], "frame " + i);
    }
    sender.join();
  }

  /** Waits until nothing more is taken. */
  private static long standsAt(AtomicLong sent) throws InterruptedException {
    long before = -1;
    while (sent.get() != before) {
      before = sent.get();
      Thread.sleep(700);
    }
    return before;
  }

  private static void send(Socket to, int frames, AtomicLong sent) {
    try {
      OutputStream out = to.getOutputStream();
      for (int i = 0; i < frames; i++) {
        byte[] frame = new byte[9 + FRAME_BYTES];
        ByteBuffer.wrap(frame).put((byte) 2).putLong(FRAME_BYTES);
        frame[9 + i % FRAME_BYTES] = (byte) i;
        out.write(frame);
        sent.addAndGet(frame.length);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private SSLSocket peer(Channel channel) throws Exception {
    SSLSocket socket = keep(TestTls.connect(port, "TLSv1.3", Alpn.name(channel)));
    socket.startHandshake();
    assertEquals(Alpn.name(channel), socket.getApplicationProtocol());
    return socket;
  }

  private Socket raw(byte[] bytes) throws IOException {
    Socket socket = keep(new Socket(InetAddress.getLoopbackAddress(), port));
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      return socket; // Ended while it was written to.
    }
    return socket;
  }

  private <T extends Socket> T keep(T socket) {
    sockets.add(socket);
    return socket;
  }

  /** ZMTP's greeting and READY. */
  private static byte[] hello() {
    byte[] ready = "\4\31\5READY\13Socket-Type\0\0\0\6DEALER".getBytes(StandardCharsets.US_ASCII);
    ready[1] = (byte) (ready.length - 2);
    byte[] all = new byte[64 + ready.length];
    all[0] = (byte) 0xff;
    all[9] = 0x7f;
    all[10] = 3;
    System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, all, 12, 4);
    System.arraycopy(ready, 0, all, 64, ready.length);
    return all;
  }

  private static void assertEnded(Socket socket) throws IOException {
    assertTrue(isEnded(socket, 5_000), "the link stands");
  }

  private static boolean isEnded(Socket socket, int timeoutMillis) throws IOException {
    socket.setSoTimeout(timeoutMillis);
    try {
      while (socket.getInputStream().read() >= 0) {
        // An alert, or a greeting.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // Reset.
    }
  }
}
