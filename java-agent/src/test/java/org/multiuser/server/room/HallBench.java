package org.multiuser.server.room;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.storage.MemoryStore;

/**
 * A hall with a clock and stores that the test moves by hand, and peers that keep what they get.
 */
final class HallBench {
  static final Codecs CODECS = Codecs.with(new ZstdCompressor());
  static final UUID NONE = new UUID(0, 0);
  static final HallSettings SETTINGS = new HallSettings("bench", 60_000, 4_000);

  final Map<String, MemoryStore> stores = new HashMap<>();
  final Deque<Effect> held = new ArrayDeque<>();
  final Map<Link, List<Message>> received = new HashMap<>();
  final List<Effect.Fault> faults = new ArrayList<>();
  final List<Link> closed = new ArrayList<>();
  final List<Answer> answers = new ArrayList<>();
  final List<String> lines = new ArrayList<>();
  final List<Effect.Slow> slowed = new ArrayList<>();
  final Deque<Effect.CheckPassword> checks = new ArrayDeque<>();
  final List<Effect.CollectFiles> collections = new ArrayList<>();
  final Hall hall;
  long keptBytes;
  boolean holdStore;
  long nowNanos = 1_000_000_000_000L;
  private long numbers;

  HallBench() {
    this(new Random(5), "", new HashMap<>());
  }

  HallBench(Random random, String serverPassword, Map<String, MemoryStore> kept) {
    this(random, serverPassword, kept, CODECS);
  }

  HallBench(Random random, String serverPassword, Map<String, MemoryStore> kept, Codecs codecs) {
    this(random, KnownPasswords.plain(serverPassword, "admin", random), kept, codecs, SETTINGS);
  }

  /** Whose passwords are the test's: it answers {@link #checks}. */
  HallBench(Passwords passwords) {
    this(new Random(5), passwords, new HashMap<>(), CODECS, SETTINGS);
  }

  /** With limits or roles of the test's own; the admin's password is "admin". */
  HallBench(HallSettings settings) {
    this(
        new Random(5),
        KnownPasswords.plain("", "admin", new Random(6)),
        new HashMap<>(),
        CODECS,
        settings);
  }

  private HallBench(
      Random random,
      Passwords passwords,
      Map<String, MemoryStore> kept,
      Codecs codecs,
      HallSettings settings) {
    stores.putAll(kept);
    hall = new Hall(settings, passwords, random, codecs);
    step(new Event.OpenSession(Hall.MAIN));
  }

  void step(Event event) {
    carryOut(hall.step(event, nowNanos));
    carryOut(hall.pump());
  }

  /** Lets time pass, in steps as a driver would. */
  void pass(long millis) {
    for (long at = 0; at < millis; at += 100) {
      nowNanos += 100_000_000L;
      step(new Event.Tick());
    }
  }

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        received.computeIfAbsent(send.link(), l -> new ArrayList<>()).add(send.packet().message());
      } else if (effect instanceof Effect.Fault fault) {
        faults.add(fault);
      } else if (effect instanceof Effect.Answered answered) {
        answers.add(answered.answer());
      } else if (effect instanceof Effect.Log log) {
        lines.add(log.line());
      } else if (effect instanceof Effect.Close close) {
        closed.add(close.link());
      } else if (effect instanceof Effect.Slow slow) {
        slowed.add(slow);
      } else if (effect instanceof Effect.CheckPassword check) {
        checks.add(check);
      } else if (effect instanceof Effect.CollectFiles collect) {
        collections.add(collect);
      } else if (holdStore) {
        held.add(effect);
      } else {
        onStore(effect);
      }
    }
  }

  private void onStore(Effect effect) {
    if (effect instanceof Effect.Load load) {
      MemoryStore store = stores.computeIfAbsent(load.session(), name -> new MemoryStore());
      step(new Event.Loaded(load.session(), store.load()));
    } else if (effect instanceof Effect.Save save) {
      stores.get(save.session()).save(save.changes());
      step(new Event.Saved(save.session(), keptBytes));
    } else if (effect instanceof Effect.Compare compare) {
      step(compare.result());
    } else if (effect instanceof Effect.Read read) {
      List<StoreChange.Entry> entries =
          stores.get(read.session()).read(read.from(), read.maxBytes());
      step(new Event.EntriesRead(read.session(), read.incarnation(), read.subscriber(), entries));
    }
  }

  /** Carries out what the store was held from. */
  void releaseStore() {
    holdStore = false;
    while (!held.isEmpty()) {
      onStore(held.poll());
    }
  }

  Client client(String name) {
    return new Client(name, UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** An admin in an active, empty session. */
  Client host() {
    Client host = client("host");
    host.join("admin");
    host.say(Channel.COMMANDS, new Message.Initialise(1, true));
    return host;
  }

  /** One peer with its links. */
  final class Client {
    final String name;
    final UUID id;
    String address;
    final Map<Channel, Link> links = new HashMap<>();
    byte[] secret = new byte[0];
    Message.LoggedIn login;
    long counter;

    Client(String name, UUID id) {
      this.name = name;
      this.id = id;
      address = "10.0.0." + name.length();
    }

    Link link(Channel channel) {
      return links.computeIfAbsent(
          channel,
          c -> {
            Link link = new Link(c, ++numbers);
            step(new Event.Opened(link, address));
            return link;
          });
    }

    void say(Channel channel, Message message) {
      step(new Event.Received(link(channel), message));
    }

    List<Message> heard(Channel channel) {
      return received.getOrDefault(link(channel), List.of());
    }

    /** The last message of this kind on the channel, or null. */
    <T extends Message> T last(Channel channel, Class<T> type) {
      List<T> all = all(channel, type);
      return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    <T extends Message> List<T> all(Channel channel, Class<T> type) {
      return heard(channel).stream().filter(type::isInstance).map(type::cast).toList();
    }

    Message.Failed failed() {
      return last(Channel.COMMANDS, Message.Failed.class);
    }

    /** Logs in; afterwards {@link #login} is null if it was refused. */
    Client enter(String session, String server, String admin, String blender, boolean takeOver) {
      say(Channel.COMMANDS, new Message.Hello(ProtocolVersion.MAJOR, 0, "test"));
      say(
          Channel.COMMANDS,
          new Message.Login(9, session, id, secret, name, 1, server, admin, blender, takeOver));
      login = last(Channel.COMMANDS, Message.LoggedIn.class);
      if (login != null) {
        secret = login.secret();
      }
      return this;
    }

    /** Logs in to main and binds Publisher and TTL. */
    Client join(String admin) {
      enter("main", "", admin, "4.3", false);
      say(Channel.PUBLISHER, new Message.Bind(login.token()));
      say(Channel.TTL, new Message.Bind(login.token()));
      return this;
    }

    /** Forgets all links, as when the network is lost and the client starts anew. */
    void lose() {
      links.values().forEach(link -> step(new Event.Gone(link)));
      links.clear();
    }

    void subscribe(long sequence, long credit) {
      UUID incarnation = sequence == 0 ? NONE : login.incarnation();
      say(Channel.SUBSCRIBER, new Message.Subscribe(login.token(), incarnation, sequence, credit));
    }

    UUID create() {
      UUID node = new UUID(id.getMostSignificantBits(), counter + 1);
      push(node, new Operation.Create("Object", Value.Fields.EMPTY));
      return node;
    }

    long push(UUID node, Operation... steps) {
      return push(new Commit(id, ++counter, node, 0, 0, List.of(steps)));
    }

    long push(Commit commit) {
      byte[] bytes = CODECS.commits().encode(commit);
      for (Parts.Part part : Parts.split(bytes)) {
        say(
            Channel.PUBLISHER,
            new Message.PushPart(commit.counter(), part.totalBytes(), part.offset(), part.bytes()));
      }
      return commit.counter();
    }

    List<Long> accepted() {
      return all(Channel.PUBLISHER, Message.Accepted.class).stream()
          .map(Message.Accepted::counter)
          .toList();
    }

    Message.Refused refused() {
      return last(Channel.PUBLISHER, Message.Refused.class);
    }

    void beat() {
      say(Channel.TTL, new Message.Heartbeat(1, 5));
    }
  }
}
