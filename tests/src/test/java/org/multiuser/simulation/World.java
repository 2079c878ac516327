package org.multiuser.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Hall;
import org.multiuser.server.room.HallSettings;
import org.multiuser.server.room.Link;
import org.multiuser.server.room.Passwords;
import org.multiuser.server.storage.MemoryStore;

/**
 * A server's core, its store and the wires to it, all stepped by one random source: what is sent
 * waits on its wire, and wires are served in random order.
 */
final class World {
  static final String ADMIN = "admin";
  private static final long RECENT_BYTES = 4096;
  private static final int TIMEOUT_MILLIS = 3_600_000;

  final Random random;
  long nowNanos = 1_000_000_000L;
  private final MemoryStore store = new MemoryStore();
  private final Map<Link, Wire> wires = new LinkedHashMap<>();
  private final Deque<Event> storeEvents = new ArrayDeque<>();
  private final Deque<Effect> storeWork = new ArrayDeque<>();
  private Hall hall;
  private long linkNumber;

  /** One channel's link of one simulated client, both ways. */
  static final class Wire {
    final Link link;
    final SimClient client;
    final Deque<byte[]> toServer = new ArrayDeque<>();
    final Deque<byte[]> toClient = new ArrayDeque<>();

    Wire(Link link, SimClient client) {
      this.link = link;
      this.client = client;
    }
  }

  World(Random random) {
    this.random = random;
    start();
  }

  private void start() {
    HallSettings settings = new HallSettings("simulation", TIMEOUT_MILLIS, RECENT_BYTES);
    Codecs codecs = Codecs.with(null);
    hall = new Hall(settings, Passwords.of("", ADMIN), new Random(random.nextLong()), codecs);
    perform(hall.step(new Event.Loaded(Hall.MAIN, store.load()), nowNanos));
  }

  /** The server dies: what was not saved is lost, all links end, and it starts from its store. */
  void restartServer() {
    storeWork.clear();
    storeEvents.clear();
    for (Wire wire : List.copyOf(wires.values())) {
      close(wire);
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

  /** A client closes its side; what is on the way to the server may be lost. */
  void drop(Wire wire) {
    if (wires.remove(wire.link) != null) {
      perform(hall.step(new Event.Gone(wire.link), nowNanos));
    }
  }

  private void close(Wire wire) {
    wires.remove(wire.link);
    wire.client.lost(nowNanos);
  }

  /** One random thing happens; false if there was nothing to do. */
  boolean step() {
    perform(hall.pump());
    List<Runnable> choices = new ArrayList<>();
    for (Wire wire : wires.values()) {
      if (!wire.toServer.isEmpty()) {
        choices.add(() -> toServer(wire));
      }
      if (!wire.toClient.isEmpty()) {
        choices.add(() -> wire.client.receive(wire, decode(wire.toClient.poll()), nowNanos));
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

  void tick(long nanos) {
    nowNanos += nanos;
    perform(hall.step(new Event.Tick(), nowNanos));
  }

  private void toServer(Wire wire) {
    Message message = decode(wire.toServer.poll());
    perform(hall.step(new Event.Received(wire.link, message), nowNanos));
  }

  private void storeWorks() {
    Effect work = storeWork.poll();
    if (work instanceof Effect.Save save) {
      store.save(save.changes());
      storeEvents.add(new Event.Saved(save.session()));
    } else if (work instanceof Effect.Read read) {
      storeEvents.add(
          new Event.EntriesRead(
              read.session(),
              read.incarnation(),
              read.subscriber(),
              store.read(read.from(), read.maxBytes())));
    } else if (work instanceof Effect.Load load) {
      storeEvents.add(new Event.Loaded(load.session(), store.load()));
    }
  }

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        Wire wire = wires.get(send.link());
        if (wire != null) {
          wire.toClient.add(send.packet().frame());
        }
      } else if (effect instanceof Effect.Close close) {
        Wire wire = wires.get(close.link());
        if (wire != null) {
          close(wire);
        }
      } else if (!(effect instanceof Effect.Log)) {
        storeWork.add(effect);
      }
    }
  }

  static Message decode(byte[] frame) {
    return MessageCodec.decode(frame);
  }
}
