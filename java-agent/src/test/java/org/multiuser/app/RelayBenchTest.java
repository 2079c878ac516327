package org.multiuser.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Value;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * What the server passes on in a second, durable and with rights checked, beside what a relay does
 * that does neither, in the same run: {@code ./multi-user bench relay}. One sends, the others
 * receive; server and relay are processes of their own, all clients share this one.
 */
@EnabledIfSystemProperty(named = "multiuser.bench", matches = "relay")
class RelayBenchTest {
  private static final int[] RECEIVERS = {1, 4, 16};

  /** What an agent grants. */
  private static final long CREDIT_BYTES = 8 << 20;

  private static final double NANOS = 1e9;

  @TempDir private Path folder;

  @Test
  @DisplayName("commits of 1 KB and of 1 MB from one to 1, 4 and 16")
  void relay() throws Exception {
    for (int bytes : new int[] {1_000, 1_000_000}) {
      int count = bytes == 1_000 ? 15_000 : 100; // Within what may come in a burst (LM6).
      for (int receivers : RECEIVERS) {
        double plain = plain(bytes, count, receivers);
        double server = server(bytes, count, receivers);
        System.out.printf(
            Locale.ROOT,
            "%,9d bytes to %2d: server %,9.0f deliveries/s, %6.1f MB/s; plain relay %,9.0f, %6.1f"
                + " MB/s; ratio %.2f%n",
            bytes,
            receivers,
            server,
            server * bytes / 1e6,
            plain,
            plain * bytes / 1e6,
            server / plain);
      }
    }
  }

  private double server(int bytes, int count, int receivers) throws Exception {
    Path data = folder.resolve(bytes + "-" + receivers);
    try (ServerProcess server = new ServerProcess(List.of(), data);
        WireClient sender = new WireClient(server.port).login("sender", "admin")) {
      sender.initialise(true);
      UUID node = sender.create("Text");
      sender.accepted(1);
      List<WireClient> all = new ArrayList<>();
      for (int i = 0; i < receivers; i++) {
        WireClient receiver = new WireClient(server.port).login("receiver " + i, "");
        receiver.subscribe(0, CREDIT_BYTES);
        all.add(receiver);
      }
      List<byte[]> commits = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Value body = new Value.Text(text(bytes, i));
        Operation set = new Operation.Set(org.multiuser.protocol.model.Path.of("body"), body);
        commits.add(sender.encode(node, sender.nextCounter(), set));
      }
      long first = sender.counter() - count + 1;
      double seconds =
          seconds(
              receivers,
              i -> receive(all.get(i), count),
              () -> {
                for (int i = 0; i < count; i++) {
                  sender.pushBytes(first + i, commits.get(i));
                }
              });
      all.forEach(WireClient::close);
      return count * (double) receivers / seconds;
    }
  }

  private static void receive(WireClient receiver, int count) {
    for (int got = 0; got < count; got += receiver.entries.size()) {
      receiver.entries.clear();
      while (receiver.entries.isEmpty()) {
        receiver.await(Channel.SUBSCRIBER, Message.EntryPart.class);
      }
    }
  }

  private static double plain(int bytes, int count, int receivers) throws Exception {
    try (PlainRelay relay = new PlainRelay();
        ZContext context = new ZContext()) {
      ZMQ.Socket sender = context.createSocket(SocketType.PUSH);
      sender.connect("tcp://127.0.0.1:" + relay.pull);
      List<ZMQ.Socket> all = new ArrayList<>();
      for (int i = 0; i < receivers; i++) {
        ZMQ.Socket receiver = context.createSocket(SocketType.SUB);
        receiver.setRcvHWM(0);
        receiver.subscribe(ZMQ.SUBSCRIPTION_ALL);
        receiver.connect("tcp://127.0.0.1:" + relay.pub);
        all.add(receiver);
      }
      greet(sender, all);
      byte[] body = text(bytes, 1).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      double seconds =
          seconds(
              receivers,
              i -> {
                for (int got = 0; got < count; got += all.get(i).recv().length == bytes ? 1 : 0) {
                  // What still comes of the greeting does not count.
                }
              },
              () -> {
                for (int i = 0; i < count; i++) {
                  sender.send(body);
                }
              });
      return count * (double) receivers / seconds;
    }
  }

  /** Sends until every receiver has heard something: a subscription takes its time. */
  private static void greet(ZMQ.Socket sender, List<ZMQ.Socket> all) {
    for (ZMQ.Socket receiver : all) {
      receiver.setReceiveTimeOut(50);
      do {
        sender.send(new byte[1]);
      } while (receiver.recv() == null);
      receiver.setReceiveTimeOut(-1);
    }
  }

  /** From the first that is sent until everybody has everything. */
  private static double seconds(int receivers, IntConsumer receive, Runnable send)
      throws InterruptedException {
    CountDownLatch all = new CountDownLatch(receivers);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < receivers; i++) {
      int number = i;
      threads.add(
          new Thread(
              () -> {
                receive.accept(number);
                all.countDown();
              }));
    }
    long begin = System.nanoTime();
    threads.forEach(Thread::start);
    send.run();
    all.await();
    return (System.nanoTime() - begin) / NANOS;
  }

  private static String text(int length, int seed) {
    StringBuilder text = new StringBuilder(length);
    Random random = new Random(seed);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
