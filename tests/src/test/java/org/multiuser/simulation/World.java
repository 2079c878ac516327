package org.multiuser.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Hall;
import org.multiuser.server.room.HallSettings;
import org.multiuser.server.room.ImagePace;
import org.multiuser.server.room.Link;
import org.multiuser.server.room.StoreChange;
import org.multiuser.simulation.Tally.Happening;

/**
 * A server's core, its store and the wires to it, all stepped by one random source: what is sent
 * waits on its wire, and wires are served in random order.
 */
final class World {
  static final String ADMIN = "admin";
  private static final LogEntryCodec ENTRIES = new LogEntryCodec(new CommitCodec(BulkCodec.raw()));
  private static final long RECENT_BYTES = 4096;

  /** Small enough for images to be under way all the time, and for the log to be trimmed. */
  private static final ImagePace IMAGES = new ImagePace(1 << 20, 8, 3, 1 << 20, 1 << 20, 4);

  private static final int SHORT_TIMEOUT_MILLIS = 10_000;

  // One in so many works of the store fails, or is the last one of its server.
  private static final int SAVES_TO_A_FAILURE = 400;
  private static final int READS_TO_A_FAILURE = 20;
  private static final int LOADS_TO_A_FAILURE = 4;
  private static final int SAVES_TO_A_DEATH = 400;

  final Random random;
  final Tally tally = new Tally();
  long nowNanos = 1_000_000_000L;
  private final HallSettings settings;
  private final SimStore store = new SimStore(tally);
  private final Map<Link, Wire> wires = new LinkedHashMap<>();
  private final Deque<Event> storeEvents = new ArrayDeque<>();
  private final Deque<Effect> storeWork = new ArrayDeque<>();
  private Hall hall;
  private long linkNumber;
  private boolean faulty;

  /** One channel's link of one simulated client, both ways. */
  static final class Wire {
    final Link link;
    final SimClient client;
    final Deque<byte[]> toServer = new ArrayDeque<>();
    final Deque<byte[]> toClient = new ArrayDeque<>();

    /** The client left it, the server does not know yet. */
    boolean old;

    /** The server ended it; the client gets what was sent before. */
    boolean ended;

    Wire(Link link, SimClient client) {
      this.link = link;
      this.client = client;
    }
  }

  World(Random random) {
    this(random, SHORT_TIMEOUT_MILLIS, IMAGES);
  }

  /** A world whose server gives up silent members after so long, and keeps its images so. */
  World(Random random, int timeoutMillis, ImagePace images) {
    this.random = random;
    settings =
        new HallSettings(
            "simulation", timeoutMillis, RECENT_BYTES, images, HallSettings.COLLECT_MILLIS);
    start();
  }

  /** How long the server keeps a silent member. */
  int timeoutMillis() {
    return settings.timeoutMillis();
  }

  /** Whether the store fails now and then. */
  void setFaulty(boolean faulty) {
    this.faulty = faulty;
  }

  private void start() {
    Codecs codecs = Codecs.with(null);
    hall =
        new Hall(
            settings,
            KnownPasswords.plain("", ADMIN, new Random(random.nextLong())),
            new Random(random.nextLong()),
            codecs);
    perform(hall.step(new Event.Loaded(Hall.MAIN, store.load()), nowNanos));
  }

  /** The server dies: what was not synced may be lost, all links end; it starts from its store. */
  void restartServer() {
    tally.count(Happening.SERVER_KILLED);
    if (store.isWritten()) {
      if (random.nextBoolean()) {
        tally.count(Happening.TAIL_LOST);
        store.lose();
      } else {
        store.sync();
        tally.count(Happening.TAIL_KEPT_UNSAID);
      }
    }
    storeWork.clear();
    storeEvents.clear();
    List<Wire> all = List.copyOf(wires.values());
    wires.clear();
    boolean silent = random.nextInt(4) == 0;
    for (Wire wire : all) {
      if (!wire.old && !silent && !wire.client.isAsleep()) {
        wire.client.lost(wire);
      }
    }
    start();
  }

  Map<Channel, Wire> open(SimClient client) {
    Map<Channel, Wire> opened = new HashMap<>();
    for (Channel channel : Channel.values()) {
      Wire wire = new Wire(new Link(channel, ++linkNumber), client);
      wires.put(wire.link, wire);
      opened.put(channel, wire);
      perform(hall.step(new Event.Opened(wire.link, "sim"), nowNanos));
    }
    return opened;
  }

  /** A client closes its side; what is on the way to the server is lost. */
  void drop(Wire wire) {
    if (wires.remove(wire.link) != null && !wire.ended) {
      perform(hall.step(new Event.Gone(wire.link), nowNanos));
    }
  }

  /** A client closes its side; what is on the way still arrives, then the server learns of it. */
  void linger(Wire wire) {
    if (wire.ended) {
      wires.remove(wire.link);
    } else {
      wire.old = true;
      wire.toClient.clear();
    }
  }

  private void end(Wire wire) {
    if (wire.old) {
      tally.count(Happening.OLD_LINK_ENDED_BY_SERVER);
      wires.remove(wire.link);
    } else if (wire.toClient.isEmpty() && random.nextBoolean() && !wire.client.isAsleep()) {
      wires.remove(wire.link);
      wire.client.lost(wire);
    } else {
      wire.ended = true;
    }
    perform(hall.step(new Event.Gone(wire.link), nowNanos));
  }

  /** One random thing happens; false if there was nothing to do. */
  boolean step() {
    perform(hall.pump());
    List<Runnable> choices = new ArrayList<>();
    for (Wire wire : wires.values()) {
      if (!wire.toServer.isEmpty() && !wire.ended) {
        choices.add(() -> toServer(wire));
      } else if (wire.old) {
        choices.add(() -> drop(wire));
      }
      if (wire.client.isAsleep()) {
        continue;
      }
      if (!wire.toClient.isEmpty()) {
        choices.add(() -> wire.client.receive(wire, decode(wire.toClient.poll())));
      } else if (wire.ended) {
        choices.add(() -> over(wire));
      }
    }
    if (!storeWork.isEmpty()) {
      choices.add(this::storeWorks);
    }
    if (!storeEvents.isEmpty()) {
      choices.add(() -> perform(hall.step(storeEvents.poll(), nowNanos)));
    }
    if (choices.isEmpty()) {
      return false;
    }
    choices.get(random.nextInt(choices.size())).run();
    return true;
  }

  private void over(Wire wire) {
    wires.remove(wire.link);
    wire.client.lost(wire);
  }

  void tick(long nanos) {
    nowNanos += nanos;
    perform(hall.step(new Event.Tick(), nowNanos));
  }

  private void toServer(Wire wire) {
    Message message = decode(wire.toServer.poll());
    if (message instanceof Message.PushPart part) {
      if (wire.old) {
        tally.count(Happening.LATE_OVER_OLD_LINK);
      }
      if (part.counter() <= store.kept(wire.client.id())) {
        tally.count(Happening.PUSHED_AGAIN_THOUGH_KEPT);
      }
    }
    perform(hall.step(new Event.Received(wire.link, message), nowNanos));
    if (message instanceof Message.PushPart part && !wire.old && isAmid(part) && isNow(4)) {
      tally.count(Happening.CUT_AMID_PARTS);
      wire.client.cut();
    }
  }

  private static boolean isAmid(Message.PushPart part) {
    return part.offset() + part.bytes().length < part.totalBytes();
  }

  /** Whether a fault that strikes once in so many times strikes now. */
  private boolean isNow(int times) {
    return faulty && random.nextInt(times) == 0;
  }

  // --- the store ---

  private void storeWorks() {
    Effect work = storeWork.poll();
    if (work instanceof Effect.Save save) {
      save(save);
    } else if (work instanceof Effect.Read read) {
      if (isNow(READS_TO_A_FAILURE)) {
        tally.count(Happening.READ_FAILED);
        storeEvents.add(new Event.StoreFailed(read.session(), "cannot read"));
        return;
      }
      storeEvents.add(
          new Event.EntriesRead(
              read.session(),
              read.incarnation(),
              read.subscriber(),
              store.read(read.from(), read.maxBytes())));
    } else if (work instanceof Effect.Compare compare) {
      Event.Compared result = compare.result();
      tally.count(Happening.COMPARED);
      if (!result.differing().isEmpty()) {
        throw new AssertionError("[VR1] a replica differs at the same revision: " + result);
      }
      storeEvents.add(result);
    } else if (work instanceof Effect.Load load) {
      load(load);
    }
  }

  private void save(Effect.Save save) {
    if (isNow(SAVES_TO_A_FAILURE)) {
      tally.count(Happening.SAVE_FAILED);
      store.fail(random.nextInt(4));
      storeEvents.add(new Event.StoreFailed(save.session(), "the disk is full"));
    } else if (store.isWritten()) {
      store.sync();
      storeEvents.add(new Event.Saved(save.session(), 0));
    } else {
      store.write(save.changes());
      storeWork.addFirst(save); // To be synced.
      if (isNow(SAVES_TO_A_DEATH)) {
        restartServer();
      }
    }
  }

  private void load(Effect.Load load) {
    if (faulty && store.isFull()) {
      tally.count(Happening.DISK_FULL_STILL);
      storeEvents.add(new Event.LoadFailed(load.session(), "the disk is full"));
    } else if (isNow(LOADS_TO_A_FAILURE)) {
      tally.count(Happening.LOAD_FAILED);
      storeEvents.add(new Event.LoadFailed(load.session(), "cannot be opened"));
    } else {
      storeEvents.add(new Event.Loaded(load.session(), store.load()));
    }
  }

  /** The counter of an author's last commit that is on the disk, 0 if there is none. */
  long kept(UUID author) {
    return store.kept(author);
  }

  /** The number of the last entry that is on the disk. */
  long keptSequence() {
    return store.everything().size();
  }

  /** The log, with what was trimmed of it on the disk. */
  List<StoreChange.Entry> log() {
    return store.everything();
  }

  /** The same, to be read. */
  List<LogEntry> entries() {
    return log().stream().map(entry -> ENTRIES.decode(entry.bytes())).toList();
  }

  /** What was committed to a node, up to the entry of that number. */
  List<Commit> commits(UUID node, long sequence) {
    return entries().stream()
        .limit(sequence)
        .filter(LogEntry.Committed.class::isInstance)
        .map(entry -> ((LogEntry.Committed) entry).commit())
        .filter(commit -> commit.node().equals(node))
        .toList();
  }

  // --- effects ---

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        Wire wire = wires.get(send.link());
        if (wire != null && !wire.old && !wire.ended) {
          wire.toClient.add(send.packet().frame());
        }
      } else if (effect instanceof Effect.Close close) {
        Wire wire = wires.get(close.link());
        if (wire != null && !wire.ended) {
          end(wire);
        }
      } else if (effect instanceof Effect.Log log) {
        count(log.line());
      } else if (effect instanceof Effect.Fault fault) {
        throw new AssertionError("[ER4] the server met an error: " + fault.line(), fault.cause());
      } else if (!(effect instanceof Effect.OfFile)) {
        storeWork.add(effect);
      }
    }
  }

  /** The one who is thrown out may never be told: its links may be gone before. */
  private void count(String line) {
    if (line.startsWith("event=timeout ")) {
      tally.count(Happening.TIMED_OUT);
    } else if (line.startsWith("event=kick ")) {
      tally.count(Happening.KICKED);
    } else if (line.startsWith("event=ban ")) {
      tally.count(Happening.BANNED);
    }
  }

  static Message decode(byte[] frame) {
    return MessageCodec.decode(frame);
  }
}
