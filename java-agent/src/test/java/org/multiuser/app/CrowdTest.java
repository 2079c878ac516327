package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.agent.Status;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** Floods, a peer that reads nothing, and many at once, over real sockets. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class CrowdTest {
  private static final int USERS = 16;
  private static final int ROUNDS = 10;
  private static final int HEAP_MIB = 128;
  private static final long WAIT_NANOS = 90_000_000_000L;

  /** Far more than a round trip takes here, far less than a flood would hold one up. */
  private static final long RESPONSIVE_MILLIS = 2_000;

  private MemoryServer server;
  private WireClient host;

  @BeforeEach
  void start() throws Exception {
    server = new MemoryServer();
    host = server.host();
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
    server.close();
  }

  @Test
  @DisplayName("[LM6, ER4] a flood on Commands, Publisher and TTL is slowed; others' edits go on")
  void floods() {
    Message request = new Message.ChangeOwner(1, OwnerAction.RELEASE, List.of(), null);
    for (Channel channel : List.of(Channel.TTL, Channel.COMMANDS, Channel.PUBLISHER)) {
      try (WireClient flooder = server.guest("on " + channel)) {
        byte[] commit =
            flooder.encode(
                UUID.randomUUID(), 1, new Operation.Create("Object", Value.Fields.EMPTY));
        Message message =
            switch (channel) {
              case TTL -> new Message.Heartbeat(1, 1);
              case COMMANDS -> request;
              default -> new Message.PushPart(1, commit.length, 0, commit);
            };
        List<Long> roundTripMillis = new ArrayList<>();
        int heard = 0;
        for (int i = 0; i < 20; i++) {
          for (int k = 0; k < 10_000; k++) {
            flooder.trySend(channel, message);
          }
          heard += flooder.drain(channel);
          roundTripMillis.add(roundTripMillis());
        }
        roundTripMillis.sort(null);
        assertTrue(roundTripMillis.get(10) < RESPONSIVE_MILLIS, channel + ": " + roundTripMillis);
        assertTrue(heard < 100_000, "of 200,000 messages on " + channel + " answered: " + heard);
      }
    }
  }

  @Test
  @DisplayName("[SU2, ER4] a peer that reads nothing holds up nobody")
  void readsNothing() throws Exception {
    try (WireClient reader = server.guest("reader");
        WireClient sleeper = new WireClient(server.port).login("sleeper", "");
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port + 1)) {
      Message wish =
          new Message.Subscribe(sleeper.login.token(), new UUID(0, 0), 0, Long.MAX_VALUE);
      socket
          .getOutputStream()
          .write(Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), Zmtp.frame(MessageCodec.encode(wish))));
      UUID node = host.create("Text");
      char[] text = new char[1 << 20];
      for (int i = 0; i < 40; i++) {
        Arrays.fill(text, (char) ('a' + i % 26));
        long number =
            host.push(node, new Operation.Set(Path.of("body"), new Value.Text(new String(text))));
        host.accepted(number);
      }
      while (reader.entries.size() < 41) {
        reader.await(Channel.SUBSCRIBER, Message.EntryPart.class);
      }
      assertTrue(roundTripMillis() < RESPONSIVE_MILLIS);
    }
  }

  @Test
  @DisplayName("[SU2, CR1] nor does it cost memory: far more goes by than the server may have")
  void readsNothingOfALot(@TempDir java.nio.file.Path folder) throws Exception {
    try (ServerProcess small = new ServerProcess(List.of("-Xmx" + HEAP_MIB + "m"), folder);
        WireClient author = new WireClient(small.port).login("author", "admin");
        WireClient sleeper = new WireClient(small.port).login("sleeper", "");
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.port + 1)) {
      author.subscribe(0);
      author.initialise(true);
      Message wish =
          new Message.Subscribe(sleeper.login.token(), new UUID(0, 0), 0, Long.MAX_VALUE);
      socket
          .getOutputStream()
          .write(Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), Zmtp.frame(MessageCodec.encode(wish))));
      UUID node = author.create("Text");
      char[] text = new char[1 << 20];
      for (int i = 0; i < 2 * HEAP_MIB; i++) {
        Arrays.fill(text, (char) ('a' + i % 26));
        Value body = new Value.Text(new String(text));
        author.accepted(author.push(node, new Operation.Set(Path.of("body"), body)));
        sleeper.send(Channel.TTL, new Message.Heartbeat(i, 1));
      }
      assertTrue(small.process.isAlive());
    }
  }

  @Test
  @DisplayName("[LO1, CM7] 16 who edit the same nodes at once all end with the same bytes")
  void sixteen() {
    List<ScriptUser> users = new ArrayList<>();
    try {
      for (int i = 0; i < USERS; i++) {
        ScriptUser user = new ScriptUser(null, null, ServerTrust.of(null, null));
        users.add(user);
        user.agent.connect(
            new ConnectOptions(
                "127.0.0.1",
                server.port,
                "main",
                "user " + i,
                0xff,
                "",
                "",
                "",
                60_000,
                Security.PLAIN));
      }
      await(() -> all(users, status -> status.state() instanceof ClientState.Online));
      users.get(0).add("Object", "shared", Value.Fields.EMPTY, 4, 1_000);
      users.get(0).commit();
      await(() -> users.stream().allMatch(user -> user.agent.status().nodes() == 4));
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < USERS; i++) {
          ScriptUser user = users.get(i);
          user.set("shared." + round % 4, Path.of("same"), new Value.Int(100L * round + i));
          user.set("shared." + i % 4, Path.of("own " + i), new Value.Int(round));
          user.add("Object", "of " + i + " in " + round, Value.Fields.EMPTY, 1, 10);
          user.commit();
        }
      }
      int nodes = 4 + USERS * ROUNDS;
      await(() -> all(users, status -> status.pending() == 0 && status.nodes() == nodes));
      long end = users.stream().mapToLong(u -> u.agent.status().sequence()).max().orElseThrow();
      await(() -> all(users, status -> status.sequence() == end));
      String first = ReplicaHash.of(users.get(0).agent.nodes());
      assertTrue(first.startsWith(nodes + " nodes, " + nodes + " names"), first);
      for (ScriptUser user : users) {
        assertEquals(first, ReplicaHash.of(user.agent.nodes()));
      }
    } finally {
      users.forEach(ScriptUser::close);
    }
  }

  private static boolean all(List<ScriptUser> users, Predicate<Status> condition) {
    users.forEach(ScriptUser::commit);
    return users.stream().allMatch(user -> condition.test(user.agent.status()));
  }

  private long roundTripMillis() {
    long start = System.nanoTime();
    host.create("Object");
    host.accepted(host.counter());
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + WAIT_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it did not come to pass in time");
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
