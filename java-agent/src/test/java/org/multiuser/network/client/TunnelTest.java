package org.multiuser.network.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.Alpn;
import org.multiuser.network.TestTls;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.Channel;

/** A real tunnel to servers that the test plays, of the JDK's own TLS and of other kinds. */
@DisplayName("[CH7, CH9] A tunnel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TunnelTest {
  private static final int ROUNDS = 400;
  private static final int PIECE_BYTES = 128 << 10;
  private static final long BUFFERED_BYTES = 24L << 20;
  private static final String HOST = "127.0.0.1";

  @TempDir private static Path folder;
  private static TestTls.Made made;
  private static TestTls.Made named;

  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void certificates() throws Exception {
    made = TestTls.make(folder, "made");
    named = TestTls.make(folder, "named", "-keyalg", "EC", "-ext", "SAN=IP:127.0.0.1");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Test
  @DisplayName("passes on what comes, both ways, and the end of either side")
  void passes() throws Exception {
    SSLServerSocket server = keep(TestTls.listen(made, "TLSv1.3", Alpn.names()));
    Tunnel tunnel = tunnel(server.getLocalPort(), ServerTrust.of(null, null), Optional.empty());
    Socket near = near(tunnel, Channel.TTL);
    near.getOutputStream().write("there".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    SSLSocket far = keep((SSLSocket) server.accept());
    assertEquals(
        "there",
        new String(far.getInputStream().readNBytes(5), java.nio.charset.StandardCharsets.UTF_8));
    assertEquals("multiuser-ttl", far.getApplicationProtocol());
    far.getOutputStream().write("back".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertEquals(
        "back",
        new String(near.getInputStream().readNBytes(4), java.nio.charset.StandardCharsets.UTF_8));
    near.close();
    assertEquals(-1, far.getInputStream().read());
    Socket second = near(tunnel, Channel.COMMANDS);
    second.getOutputStream().write(1);
    SSLSocket ends = keep((SSLSocket) server.accept());
    assertEquals(1, ends.getInputStream().read());
    ends.close();
    assertEquals(-1, second.getInputStream().read());
    assertEquals(Optional.empty(), tunnel.trouble(), "an end like that of a link in clear");
  }

  @Test
  @DisplayName("takes one connection for each channel, and keeps its ports until it is closed")
  void one() throws Exception {
    SSLServerSocket server = keep(TestTls.listen(made, "TLSv1.3", Alpn.names()));
    Tunnel tunnel = tunnel(server.getLocalPort(), ServerTrust.of(null, null), Optional.empty());
    int port = tunnel.port(Channel.COMMANDS);
    Socket intruder = near(tunnel, Channel.COMMANDS);
    intruder.getOutputStream().write(1);
    SSLSocket far = keep((SSLSocket) server.accept());
    assertEquals(1, far.getInputStream().read());
    Socket own = near(tunnel, Channel.COMMANDS);
    assertEquals(-1, own.getInputStream().read());
    assertTrue(trouble(tunnel).text().contains("Another program on this computer"));
    assertThrows(BindException.class, () -> listen(port).close());
    tunnel.close();
    Thread.sleep(100);
    listen(port).close();
  }

  @Test
  @DisplayName("sends nothing to a server with another certificate than it was told or knows")
  void refused() throws Exception {
    SSLServerSocket server = keep(TestTls.listen(made, "TLSv1.3", Alpn.names()));
    Digest other = Digest.ofContent(new byte[1]);
    AtomicLong heard = count(server);
    ServerTrust trust = ServerTrust.of(null, null);
    Trouble told = failure(server.getLocalPort(), trust, Optional.of(other));
    assertTrue(told.isRefusal() && told.text().contains("invited"), told.text());
    trust.known().remember(HOST + ":" + server.getLocalPort(), other);
    Trouble changed = failure(server.getLocalPort(), trust, Optional.empty());
    assertTrue(changed.isRefusal() && changed.text().contains(other.hex()), changed.text());
    assertTrue(changed.text().contains(made.fingerprint().hex()), changed.text());
    assertEquals(0, heard.get());
  }

  @Test
  @DisplayName("remembers a server once it proved itself, and tells its fingerprint the first time")
  void first() throws Exception {
    SSLServerSocket mute = keep(TestTls.listen(made, "TLSv1.3"));
    count(mute);
    ServerTrust trust = ServerTrust.of(null, null);
    Trouble stranger = failure(mute.getLocalPort(), trust, Optional.empty());
    assertTrue(stranger.text().contains("ALPN"), stranger.text());
    assertEquals(Optional.empty(), trust.known().at(HOST + ":" + mute.getLocalPort()));
    SSLServerSocket server = keep(TestTls.listen(made, "TLSv1.3", Alpn.names()));
    String place = HOST + ":" + server.getLocalPort();
    for (int i = 0; i < 2; i++) {
      Tunnel tunnel = tunnel(server.getLocalPort(), trust, Optional.empty());
      near(tunnel, Channel.COMMANDS).getOutputStream().write(1);
      assertEquals(1, keep((SSLSocket) server.accept()).getInputStream().read());
      assertEquals(Optional.of(made.fingerprint()), trust.known().at(place));
      assertEquals(1, told.size(), "told at the first time alone");
    }
    assertTrue(told.peek().contains(made.fingerprint().hex()), told.peek());
  }

  @Test
  @DisplayName("takes a server for whose name somebody vouches whom this computer trusts")
  void named() throws Exception {
    SSLServerSocket server = keep(TestTls.listen(named, "TLSv1.3", Alpn.names()));
    ServerTrust trust = ServerTrust.of(null, named.certificate());
    String place = HOST + ":" + server.getLocalPort();
    trust.known().remember(place, made.fingerprint()); // as before the certificate was exchanged
    Tunnel tunnel = tunnel(server.getLocalPort(), trust, Optional.empty());
    near(tunnel, Channel.COMMANDS).getOutputStream().write(1);
    assertEquals(1, keep((SSLSocket) server.accept()).getInputStream().read());
    assertEquals(Optional.of(made.fingerprint()), trust.known().at(place));
    assertTrue(told.isEmpty());

    SSLServerSocket liar = keep(TestTls.listen(made, "TLSv1.3", Alpn.names()));
    count(liar);
    ServerTrust both = ServerTrust.of(null, made.certificate());
    both.known().remember(HOST + ":" + liar.getLocalPort(), named.fingerprint());
    Trouble notNamed = failure(liar.getLocalPort(), both, Optional.empty());
    assertTrue(notNamed.isRefusal(), "an authority's word for no name is none for this one");
  }

  @Test
  @DisplayName("says what is wrong with what it met")
  void words() throws Exception {
    ServerTrust trust = ServerTrust.of(null, null);
    ServerSocket closed = listen(0);
    int free = closed.getLocalPort();
    closed.close();
    says(free, trust, "Nothing listens at");
    says(serving(socket -> socket.getOutputStream().write(zmtp())), trust, "does not encrypt");
    says(serving(Socket::close), trust, "closed the connection before encryption was agreed");
    says(serving(socket -> socket.getInputStream().readAllBytes()), trust, "in time");
    SSLServerSocket old = keep(TestTls.listen(made, "TLSv1.2", Alpn.names()));
    count(old);
    says(old.getLocalPort(), trust, "TLS 1.3");
    SSLServerSocket other = keep(TestTls.listen(made, "TLSv1.3", "h2"));
    count(other);
    says(other.getLocalPort(), trust, "ALPN");
    Tunnel nowhere =
        keep(
            tunnels(trust)
                .open(
                    "no.such.invalid", 5555, Optional.empty(), EnumSet.of(Channel.TTL), told::add));
    near(nowhere, Channel.TTL);
    assertTrue(trouble(nowhere).text().contains("no server address"));
  }

  @Test
  @DisplayName("reads no faster than the other side takes, either way, and loses nothing")
  void slow() throws Exception {
    SSLServerSocket server = keep(TestTls.listen(made, "TLSv1.3", Alpn.names()));
    Tunnel tunnel = tunnel(server.getLocalPort(), ServerTrust.of(null, null), Optional.empty());
    Socket near = near(tunnel, Channel.PUBLISHER);
    near.getOutputStream().write(1);
    SSLSocket far = keep((SSLSocket) server.accept());
    assertEquals(1, far.getInputStream().read());
    assertSlow(near, far);
    assertSlow(far, near);
  }

  private static void assertSlow(Socket from, Socket to) throws Exception {
    AtomicLong sent = new AtomicLong();
    Thread sender =
        new Thread(
            () -> {
              byte[] piece = new byte[PIECE_BYTES];
              try {
                for (int i = 0; i < ROUNDS; i++) {
                  piece[i] = (byte) i;
                  from.getOutputStream().write(piece);
                  piece[i] = 0;
                  sent.addAndGet(piece.length);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    sender.start();
    for (long before = -1; before != sent.get(); Thread.sleep(700)) {
      before = sent.get();
    }
    assertTrue(sent.get() < BUFFERED_BYTES, sent + " bytes were taken in");
    InputStream in = to.getInputStream();
    for (int i = 0; i < ROUNDS; i++) {
      assertEquals((byte) i, in.readNBytes(PIECE_BYTES)[i], "piece " + i);
    }
    sender.join();
  }

  // --- what is played ---

  private interface Play {
    void with(Socket socket) throws IOException;
  }

  private int serving(Play play) throws IOException {
    ServerSocket server = keep(listen(0));
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  play.with(keep(server.accept()));
                }
              } catch (IOException e) {
                return; // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }

  /** What a server says first that speaks ZMTP in clear. */
  private static byte[] zmtp() {
    return new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f};
  }

  /** Counts what applications behind this server would hear. */
  private AtomicLong count(SSLServerSocket server) {
    AtomicLong heard = new AtomicLong();
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try {
                  heard.addAndGet(server.accept().getInputStream().readAllBytes().length);
                } catch (IOException e) {
                  assertEquals(0, heard.get()); // It was refused.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return heard;
  }

  private void says(int port, ServerTrust trust, String what) throws Exception {
    String text = failure(port, trust, Optional.empty()).text();
    assertTrue(text.contains(what) && text.contains(HOST + ":" + port), text);
  }

  private Trouble failure(int port, ServerTrust trust, Optional<Digest> fingerprint)
      throws Exception {
    Tunnel tunnel = tunnel(port, trust, fingerprint);
    Socket near = near(tunnel, Channel.COMMANDS);
    near.getOutputStream().write(new byte[100]);
    try {
      assertEquals(-1, near.getInputStream().read());
    } catch (IOException e) {
      assertFalse(near.isClosed()); // Reset, as what was written was not read.
    }
    return tunnel.trouble().orElseThrow();
  }

  private static Trouble trouble(Tunnel tunnel) throws InterruptedException {
    while (tunnel.trouble().isEmpty()) {
      Thread.sleep(5);
    }
    return tunnel.trouble().get();
  }

  private Tunnel tunnel(int port, ServerTrust trust, Optional<Digest> fingerprint)
      throws IOException {
    return keep(
        tunnels(trust).open(HOST, port, fingerprint, EnumSet.allOf(Channel.class), told::add));
  }

  private Tunnels tunnels(ServerTrust trust) {
    return keep(new Tunnels(trust, true));
  }

  private Socket near(Tunnel tunnel, Channel channel) throws IOException {
    return keep(new Socket(InetAddress.getLoopbackAddress(), tunnel.port(channel)));
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private <T extends AutoCloseable> T keep(T one) {
    synchronized (opened) {
      opened.add(0, one);
    }
    return one;
  }
}
