package org.multiuser.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.agent.Client;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Effect;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;
import org.multiuser.repository.PendingStore;
import org.multiuser.repository.Repository;

/** An artist: a real client core and repository, and a Blender made of a map. */
final class SimClient {
  private final World world;
  private final Random random;
  private final UUID id;
  private final ConnectOptions options;
  private final Map<Long, Commit> disk = new TreeMap<>();
  private final Map<UUID, Node> blender = new TreeMap<>();
  private Map<Channel, World.Wire> wires = new HashMap<>();
  private byte[] secret = new byte[0];
  private Client client;
  private Repository repository;

  /** Commits that the server said are durable, by counter. */
  final Map<Long, Long> accepted = new HashMap<>();

  SimClient(World world, String name) {
    this.world = world;
    random = world.random;
    id = new UUID(random.nextLong(), random.nextLong());
    options = new ConnectOptions("sim", 1, "main", name, 0, "", World.ADMIN, "", 3_600_000);
    start(null);
  }

  private void start(UUID incarnation) {
    PendingStore store =
        new PendingStore() {
          @Override
          public void append(Commit commit) {
            disk.put(commit.counter(), commit);
          }

          @Override
          public void settle(long counter) {
            disk.remove(counter);
          }

          @Override
          public void setAside(UUID incarnation) {
            disk.clear();
          }
        };
    repository = new Repository(id, random::nextLong, store);
    if (incarnation != null) {
      repository.restore(incarnation, List.copyOf(disk.values()));
    }
    client = new Client(id, secret, options, repository, BulkCodec.raw());
    client.connect(world.nowNanos);
    perform();
  }

  Client client() {
    return client;
  }

  Repository repository() {
    return repository;
  }

  Map<UUID, Node> blender() {
    return blender;
  }

  /** The agent dies and another one goes on from the disk; Blender lives and tells everything. */
  void restartAgent() {
    UUID incarnation = repository.incarnation();
    dropAll();
    start(incarnation);
    List<Capture> all = new ArrayList<>();
    blender.values().forEach(node -> all.add(full(node)));
    repository.submit(all);
  }

  void cut() {
    dropAll();
    client.linkLost("cut", world.nowNanos);
    perform();
  }

  void lost(long nowNanos) {
    if (client != null) {
      dropAll();
      client.linkLost("lost", nowNanos);
      perform();
    }
  }

  void tick() {
    if (client.state() instanceof ClientState.Ended) {
      restartAgent(); // The first attempt of a new agent met a lost link: the artist tries again.
    }
    client.tick(world.nowNanos);
    perform();
  }

  void receive(World.Wire wire, Message message, long nowNanos) {
    if (!wire.equals(wires.get(wire.link.channel()))) {
      return;
    }
    if (message instanceof Message.Accepted yes) {
      accepted.put(yes.counter(), yes.sequence());
    }
    client.receive(wire.link.channel(), message, nowNanos);
    perform();
  }

  void initialise() {
    client.initialise(true);
    perform();
  }

  /** Takes changes as Blender would; sometimes edits between the taking and the applying. */
  void follow(boolean editBetween) {
    Optional<Change.Batch> batch = repository.take(random.nextInt(4000));
    if (batch.isEmpty()) {
      return;
    }
    if (editBetween) {
      edit();
    }
    for (Change change : batch.get().changes()) {
      apply(change);
    }
    repository.done(batch.get().number());
    client.pump();
    perform();
  }

  private void apply(Change change) {
    if (change instanceof Change.Delete) {
      blender.remove(change.id());
    } else if (change instanceof Change.Whole whole) {
      blender.put(change.id(), node(change.id(), whole.properties(), whole.buffers()));
    } else if (change instanceof Change.Part part) {
      Node held = blender.get(change.id());
      if (held == null) {
        repository.whole(change.id());
        return;
      }
      Node after = SimTree.apply(held, part.operations());
      TreeMap<String, Buffer> buffers = new TreeMap<>(held.buffers());
      buffers.keySet().removeAll(part.goneBuffers());
      buffers.putAll(part.buffers());
      blender.put(change.id(), node(change.id(), after.properties(), buffers));
    }
  }

  /** One random edit in Blender, captured at once. */
  void edit() {
    List<UUID> ids = new ArrayList<>(blender.keySet());
    int kind = random.nextInt(10);
    if (ids.isEmpty() || kind == 0) {
      Node fresh = SimTree.fresh(random);
      blender.put(fresh.id(), fresh);
      submit(full(fresh));
      return;
    }
    UUID target = ids.get(random.nextInt(ids.size()));
    if (kind == 1 && random.nextInt(4) == 0) {
      blender.remove(target);
      submit(Capture.delete(target, "Mesh"));
    } else if (kind == 2 && client.state() instanceof ClientState.Online) {
      OwnerAction action = random.nextBoolean() ? OwnerAction.TAKE : OwnerAction.RELEASE;
      client.own(action, List.of(target), null);
    } else {
      Node after = SimTree.edited(blender.get(target), random);
      blender.put(target, after);
      submit(full(after));
    }
    client.pump();
    perform();
  }

  private void submit(Capture capture) {
    repository.submit(List.of(capture));
    client.pump();
    perform();
  }

  private static Capture full(Node node) {
    Map<String, Capture.Array> arrays = new LinkedHashMap<>();
    node.buffers()
        .forEach(
            (name, buffer) ->
                arrays.put(
                    name,
                    new Capture.Array(
                        DataType.INT32,
                        buffer.rows(),
                        buffer.columns(),
                        ByteBuffer.wrap(buffer.bytes().clone()))));
    return new Capture(
        node.id(),
        "Mesh",
        Capture.Kind.FULL,
        node.properties(),
        List.of(),
        List.of(),
        arrays,
        true,
        true,
        Set.of("faces"));
  }

  private static Node node(UUID id, Value.Fields properties, Map<String, Buffer> buffers) {
    return new Node(id, "Mesh", null, 0, 0, properties, new TreeMap<>(buffers));
  }

  private void dropAll() {
    List<World.Wire> old = List.copyOf(wires.values());
    wires = new HashMap<>();
    old.forEach(world::drop);
  }

  private void perform() {
    for (Effect effect : client.drain()) {
      if (effect instanceof Effect.Open) {
        dropAll();
        wires = world.open(this);
      } else if (effect instanceof Effect.Close) {
        dropAll();
      } else if (effect instanceof Effect.Remember news) {
        secret = news.secret();
      } else if (effect instanceof Effect.Send send && wires.containsKey(send.channel())) {
        wires.get(send.channel()).toServer.add(MessageCodec.encode(send.message()));
      }
    }
  }
}
