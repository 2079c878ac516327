package org.multiuser.network.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.multiuser.network.server.Gate;
import org.multiuser.network.server.GateListener;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.MadeCertificate;
import org.multiuser.network.server.ServerIdentity;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Link;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * What encryption costs: the same messages through the gate in clear and encrypted, in turns in one
 * run: {@code ./multi-user bench tls}. Gate and what is behind it are a process of their own; the
 * agent's side, tunnel included, is this one.
 */
@EnabledIfSystemProperty(named = "multiuser.bench", matches = "tls")
class TlsBenchTest {
  private static final int ROUNDS = 7;
  private static final int MESSAGES = 6_000;
  private static final int BYTES = 64 << 10;
  private static final int ROUND_TRIPS = 3_000;
  private static final byte COUNT = 0;
  private static final byte ECHO = 1;
  private static final byte SEND = 2;

  @Test
  @DisplayName("64 KB messages up and down, and the round trip of small ones")
  void cost() throws Exception {
    Process behind =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                TlsBenchTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (Tunnels tunnels = new Tunnels(ServerTrust.of(null, null), true)) {
      List<Integer> ports =
          Arrays.stream(behind.inputReader().readLine().split(" ")).map(Integer::valueOf).toList();
      try (Tunnel tunnel =
              tunnels.open(
                  "127.0.0.1",
                  ports.get(1),
                  Optional.empty(),
                  EnumSet.of(Channel.PUBLISHER),
                  text -> {});
          ZContext context = new ZContext()) {
        ZMQ.Socket plain = dealer(context, ports.get(0) + 2);
        ZMQ.Socket tls = dealer(context, tunnel.port(Channel.PUBLISHER));
        compare("up, MB/s", behind.toHandle(), plain, tls, TlsBenchTest::up);
        compare("down, MB/s", behind.toHandle(), plain, tls, TlsBenchTest::down);
        compare("round trip, µs", behind.toHandle(), plain, tls, TlsBenchTest::roundTripMicros);
      }
    } finally {
      behind.destroyForcibly().waitFor();
    }
  }

  private static ZMQ.Socket dealer(ZContext context, int port) {
    ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
    socket.setRcvHWM(0);
    socket.setLinger(0);
    socket.connect("tcp://127.0.0.1:" + port);
    return socket;
  }

  private interface Measure {
    double of(ZMQ.Socket socket);
  }

  private static void compare(
      String what, ProcessHandle behind, ZMQ.Socket plain, ZMQ.Socket tls, Measure measure) {
    double[] clear = new double[ROUNDS];
    double[] encrypted = new double[ROUNDS];
    double[] ratio = new double[ROUNDS];
    double[] clearCpu = new double[ROUNDS];
    double[] encryptedCpu = new double[ROUNDS];
    for (int i = -2; i < ROUNDS; i++) { // The first ones are slow: nothing is compiled yet.
      int round = Math.max(0, i);
      double begin = cpuSeconds(behind);
      clear[round] = measure.of(plain);
      double between = cpuSeconds(behind);
      encrypted[round] = measure.of(tls);
      clearCpu[round] = between - begin;
      encryptedCpu[round] = cpuSeconds(behind) - between;
      ratio[round] = encrypted[round] / clear[round];
    }
    System.out.printf(
        Locale.ROOT,
        "%-16s plain %7.1f, TLS %7.1f; TLS/plain %.2f (%.2f to %.2f); CPU seconds %.2f and %.2f,"
            + " ratio %.2f%n",
        what,
        median(clear),
        median(encrypted),
        median(ratio),
        Arrays.stream(ratio).min().orElseThrow(),
        Arrays.stream(ratio).max().orElseThrow(),
        median(clearCpu),
        median(encryptedCpu),
        median(encryptedCpu) / median(clearCpu));
  }

  /** What both processes took so far: unlike time, it does not depend on what else runs here. */
  private static double cpuSeconds(ProcessHandle behind) {
    return Stream.of(behind, ProcessHandle.current())
        .mapToDouble(it -> it.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9)
        .sum();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double up(ZMQ.Socket socket) {
    byte[] body = new byte[BYTES];
    new java.util.Random(1).nextBytes(body);
    body[0] = COUNT;
    long begin = System.nanoTime();
    for (int i = 0; i < MESSAGES; i++) {
      socket.send(body);
    }
    socket.send(new byte[] {ECHO});
    socket.recv();
    return rate(begin);
  }

  private static double down(ZMQ.Socket socket) {
    long begin = System.nanoTime();
    socket.send(new byte[] {SEND});
    for (int i = 0; i < MESSAGES; i++) {
      socket.recv();
    }
    return rate(begin);
  }

  private static double rate(long begin) {
    return (double) MESSAGES * BYTES / 1e6 / ((System.nanoTime() - begin) / 1e9);
  }

  private static double roundTripMicros(ZMQ.Socket socket) {
    byte[] body = new byte[200];
    body[0] = ECHO;
    double[] micros = new double[ROUND_TRIPS];
    for (int i = 0; i < ROUND_TRIPS; i++) {
      long begin = System.nanoTime();
      socket.send(body);
      socket.recv();
      micros[i] = (System.nanoTime() - begin) / 1e3;
    }
    return median(micros);
  }

  // --- the process behind the gate ---

  /** Two gates before a socket each: one in clear, one encrypted. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("multi-user-bench");
    Path file = folder.resolve("certificate.pem");
    ServerIdentity identity =
        new MadeCertificate(Path.of(System.getProperty("java.home")), new SecureRandom()).in(file);
    Files.delete(file);
    Files.delete(folder);
    try (ZContext context = new ZContext(1)) {
      ZMQ.Socket plain = router(context);
      ZMQ.Socket tls = router(context);
      int clear = gate(GateSettings.plain("127.0.0.1", 0), plain);
      int encrypted = gate(GateSettings.standard("127.0.0.1", 0, identity), tls);
      System.out.println(clear + " " + encrypted);
      ZMQ.Poller poller = context.createPoller(2);
      poller.register(plain, ZMQ.Poller.POLLIN);
      poller.register(tls, ZMQ.Poller.POLLIN);
      while (poller.poll() >= 0) {
        serve(plain);
        serve(tls);
      }
    }
  }

  private static ZMQ.Socket router(ZContext context) {
    ZMQ.Socket router = context.createSocket(SocketType.ROUTER);
    router.setSndHWM(0);
    router.bindToRandomPort("tcp://127.0.0.1");
    return router;
  }

  private static int gate(GateSettings settings, ZMQ.Socket router) throws IOException {
    String endpoint = router.getLastEndpoint();
    int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    Map<Channel, Integer> backends = new EnumMap<>(Channel.class);
    for (Channel channel : Channel.values()) {
      backends.put(channel, port);
    }
    GateListener nobody =
        new GateListener() {
          @Override
          public void opened(Link link, String address) {}

          @Override
          public void gone(Link link) {}
        };
    return new Gate(settings, backends, nobody).open();
  }

  private static void serve(ZMQ.Socket router) {
    for (byte[] from = router.recv(ZMQ.DONTWAIT); from != null; from = router.recv(ZMQ.DONTWAIT)) {
      byte[] body = router.recv();
      if (body[0] == ECHO) {
        router.sendMore(from);
        router.send(body);
      } else if (body[0] == SEND) {
        byte[] answer = new byte[BYTES];
        for (int i = 0; i < MESSAGES; i++) {
          router.sendMore(from);
          router.send(answer);
        }
      }
    }
  }
}
