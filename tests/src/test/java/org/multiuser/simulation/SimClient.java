package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.agent.Client;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Effect;
import org.multiuser.agent.Security;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Held;
import org.multiuser.repository.Repository;
import org.multiuser.simulation.Tally.Happening;

/** An artist: a real client core and repository, links that fail, and a {@link SimAddOn}. */
final class SimClient {
  private final World world;
  private final Random random;
  private final UUID id;
  private final ConnectOptions options;
  private final SimDisk disk = new SimDisk(() -> repository().image().sequence());

  /** What is on the disk of what Blender holds (BR5), and what the writer did not get to yet. */
  private final Map<UUID, Held> journal = new TreeMap<>();

  private final Map<UUID, Held> notWritten = new HashMap<>();

  private final SimAddOn addOn;
  private Map<Channel, World.Wire> wires = new HashMap<>();
  private byte[] secret = new byte[0];
  private Client client;
  private Repository repository;
  private Commit refusedAsStale;

  private boolean asleep;

  /** What was pushed over the present link: the frames of each commit. */
  private final List<List<byte[]>> pushed = new ArrayList<>();

  private final List<byte[]> pushing = new ArrayList<>();

  /** How often the whole scene was sent. */
  int snapshots;

  /** While it is out, no link comes about and nothing arrives. */
  private boolean unplugged;

  SimClient(World world, String name, boolean admin) {
    this.world = world;
    random = world.random;
    id = new UUID(random.nextLong(), random.nextLong());
    options = options(name, admin);
    addOn = new SimAddOn(id, random, world.tally, this::submit, this::commits);
    start(null);
  }

  private ConnectOptions options(String name, boolean admin) {
    String password = admin ? World.ADMIN : "";
    return new ConnectOptions(
        "sim", 1, "main", name, 0, "", password, "", world.timeoutMillis(), Security.ENCRYPTED);
  }

  private void start(UUID incarnation) {
    repository = new Repository(id, random::nextLong, disk, this::held);
    if (incarnation != null) {
      repository.restore(incarnation, List.copyOf(disk.pending()));
      repository.restoreHeld(journal);
    }
    client = new Client(id, secret, options, repository, BulkCodec.raw());
    client.connect(world.nowNanos);
    perform();
  }

  private void held(UUID node, Held now) {
    notWritten.put(node, now);
    if (random.nextInt(3) > 0) {
      writeJournal();
    }
  }

  private void writeJournal() {
    journal.putAll(notWritten);
    journal.values().removeIf(Held::isNothing);
    notWritten.clear();
  }

  SimDisk disk() {
    return disk;
  }

  UUID id() {
    return id;
  }

  Client client() {
    return client;
  }

  Repository repository() {
    return repository;
  }

  SimAddOn addOn() {
    return addOn;
  }

  private List<Commit> submit(List<Capture> captures) {
    disk.takeNews();
    repository.submit(captures);
    List<Commit> news = disk.takeNews();
    client.pump();
    perform();
    return news;
  }

  /** All artists' commits to a datablock since it was made, in the order that the agent knows. */
  private List<Commit> commits(UUID node) {
    List<Commit> since = new ArrayList<>();
    for (Commit commit : world.commits(node, repository.image().sequence())) {
      if (commit.operations().stream().anyMatch(Operation.Create.class::isInstance)) {
        since.clear();
      }
      since.add(commit);
    }
    since.removeIf(commit -> commit.author().equals(Commit.SERVER)); // Nobody's work (SPEC NA2).
    disk.pending().stream().filter(commit -> commit.node().equals(node)).forEach(since::add);
    return since;
  }

  void follow(int most, boolean mayFail) {
    addOn.follow(repository, most, mayFail);
    client.pump();
    perform();
  }

  /** Asks for a change of owner of some datablock. */
  void own(List<SimClient> others) {
    List<UUID> nodes = new ArrayList<>(addOn.blender().ids());
    if (nodes.isEmpty() || !(client.state() instanceof ClientState.Online)) {
      return;
    }
    List<OwnerAction> actions = List.of(OwnerAction.values());
    OwnerAction action = actions.get(random.nextInt(actions.size()));
    UUID to = action == OwnerAction.GIVE ? others.get(random.nextInt(others.size())).id : null;
    client.own(action, List.of(nodes.get(random.nextInt(nodes.size()))), to);
    perform();
  }

  /** Decides anew what is pushed by hand (BR18), or pushes what waits. */
  void byHand() {
    if (!repository.hasImage()) {
      return;
    }
    if (repository.waitingCount() > 0) {
      world.tally.count(Happening.WAITED_FOR_PUSH);
    }
    List<Node> nodes = List.copyOf(repository.nodes());
    if (nodes.isEmpty() || random.nextInt(4) == 0) {
      client.setAutoPush(random.nextInt(4) > 0, Set.of());
    } else if (random.nextInt(3) == 0) {
      client.setAutoPush(true, Set.of(nodes.get(random.nextInt(nodes.size())).type()));
    } else if (random.nextBoolean()) {
      client.push();
    } else {
      client.push(List.of(nodes.get(random.nextInt(nodes.size())).id()));
      world.tally.count(Happening.PUSHED_BY_HAND);
    }
    perform();
  }

  /** From now on nothing waits. */
  void pushAll() {
    client.setAutoPush(true, Set.of());
    perform();
  }

  // --- faults ---

  /** The agent dies and another one goes on from the disk; Blender lives and tells everything. */
  void restartAgent() {
    UUID incarnation = repository.incarnation();
    boolean settled = repository.hasImage();
    dropAll(random.nextBoolean());
    if (random.nextInt(4) > 0) {
      writeJournal();
    }
    boolean exact = notWritten.isEmpty() && incarnation != null;
    notWritten.clear();
    start(incarnation);
    addOn.restarted(settled, exact);
  }

  /** The links are cut; the server may learn of it much later, or still hear what was sent. */
  void cut() {
    world.tally.count(Happening.LINKS_CUT);
    dropAll(random.nextBoolean());
    client.linkLost("cut", world.nowNanos);
    perform();
  }

  /** The links are dead and the client is not told. */
  void silence() {
    world.tally.count(Happening.LINKS_SILENT);
    wires.values().forEach(world::drop);
  }

  /**
   * The cable is out.
   *
   * @param told whether the agent is told at once; else it finds out by the silence
   */
  void unplug(boolean told) {
    unplugged = true;
    if (told) {
      cut();
    } else {
      silence();
    }
  }

  /** The cable is in again. */
  void plugIn() {
    unplugged = false;
  }

  /** Sends a commit again that this link carried already. */
  void pushTwice() {
    World.Wire wire = wires.get(Channel.PUBLISHER);
    if (wire != null && !pushed.isEmpty() && pushing.isEmpty()) {
      world.tally.count(Happening.PUSHED_TWICE);
      wire.toServer.addAll(pushed.get(random.nextInt(pushed.size())));
    }
  }

  /** Its machine sleeps: nothing is read or said until it is woken. */
  void sleep(boolean asleep) {
    this.asleep = asleep;
  }

  boolean isAsleep() {
    return asleep;
  }

  /** The artist leaves. */
  void leave() {
    client.disconnect();
    perform();
  }

  /** Removes another artist, as only an admin can. */
  void kick(SimClient other, boolean ban) {
    if (client.state() instanceof ClientState.Online) {
      client.kick(other.id, "enough", ban);
      perform();
    }
  }

  /** Whether the artist left or was thrown out: this client does not come back. */
  boolean isGone() {
    return client.state() instanceof ClientState.Offline
        || (client.state() instanceof ClientState.Ended end && end.code() == ErrorCode.KICKED)
        || isBanned();
  }

  private boolean isBanned() {
    return client.state() instanceof ClientState.Ended end && end.code() == ErrorCode.BANNED;
  }

  /** The name to come back under. */
  String nextName() {
    return options.userName() + (isBanned() ? "'" : "");
  }

  void lost(World.Wire wire) {
    if (wire.equals(wires.get(wire.link.channel()))) {
      dropAll(false);
      client.linkLost("lost", world.nowNanos);
      perform();
    }
  }

  // --- from the wires ---

  void tick() {
    if (isGone()) {
      return;
    }
    if (client.state() instanceof ClientState.Ended) {
      // The first attempt of a new agent met a lost link, or the server still keeps the name for a
      // log-in whose answer was lost (SPEC LI8): the artist tries again.
      restartAgent();
    }
    client.tick(world.nowNanos);
    perform();
  }

  void receive(World.Wire wire, Message message) {
    if (!wire.equals(wires.get(wire.link.channel()))) {
      return;
    }
    snapshots += message instanceof Message.SnapshotBegin ? 1 : 0;
    if (message instanceof Message.Accepted yes) {
      disk.accepted.add(yes.counter());
      assertTrue(yes.counter() <= world.kept(id), "[AC1] acknowledged before it is on the disk");
    } else if (message instanceof Message.Refused no) {
      refused(no);
    } else if (message instanceof Message.Failed no) {
      failed(no.code());
    }
    disk.takeNews();
    client.receive(wire.link.channel(), message, world.nowNanos);
    List<Commit> news = disk.takeNews();
    addOn.adopted(news);
    offered(news);
    long known = repository.image().sequence();
    assertTrue(known <= world.keptSequence(), "[AC1] fanned out before it is on the disk");
    perform();
  }

  private void failed(ErrorCode code) {
    switch (code) {
      case NOT_OWNER -> world.tally.count(Happening.OWNING_REFUSED);
      case KICKED -> world.tally.count(Happening.TOLD_KICKED);
      case BANNED -> world.tally.count(Happening.REFUSED_BANNED);
      case NAME_TAKEN -> world.tally.count(Happening.REFUSED_NAME_TAKEN);
      default -> {}
    }
  }

  private void refused(Message.Refused no) {
    disk.refused(no.counter());
    switch (no.code()) {
      case NOT_OWNER -> world.tally.count(Happening.REFUSED_NOT_OWNER);
      case NO_SUCH_NODE -> world.tally.count(Happening.REFUSED_NO_SUCH_NODE);
      case NODE_EXISTS -> world.tally.count(Happening.REFUSED_NODE_EXISTS);
      case STALE_STRUCTURE -> {
        world.tally.count(Happening.REFUSED_STALE_STRUCTURE);
        refusedAsStale = disk.pending(no.counter());
      }
      default -> throw new AssertionError("refused for no good reason: " + no);
    }
  }

  private void offered(List<Commit> news) {
    for (Commit commit : news) {
      if (refusedAsStale != null && commit.node().equals(refusedAsStale.node())) {
        world.tally.count(Happening.OFFERED_AGAIN);
      }
    }
  }

  void initialise() {
    client.initialise(true);
    perform();
  }

  /** Leaves the present links; where they linger, the server still hears what was sent. */
  private void dropAll(boolean linger) {
    List<World.Wire> old = List.copyOf(wires.values());
    wires = new HashMap<>();
    old.forEach(linger ? world::linger : world::drop);
    pushed.clear();
    pushing.clear();
  }

  private void perform() {
    for (Effect effect : client.drain()) {
      if (effect instanceof Effect.Open) {
        dropAll(random.nextBoolean());
        if (!unplugged) {
          wires = world.open(this);
        }
      } else if (effect instanceof Effect.Close) {
        dropAll(random.nextBoolean());
      } else if (effect instanceof Effect.Remember news) {
        secret = news.secret();
      } else if (effect instanceof Effect.Send send && wires.containsKey(send.channel())) {
        byte[] frame = MessageCodec.encode(send.message());
        wires.get(send.channel()).toServer.add(frame);
        if (send.message() instanceof Message.PushPart part) {
          remember(part, frame);
        }
      }
    }
  }

  private void remember(Message.PushPart part, byte[] frame) {
    pushing.add(frame);
    if (part.offset() + part.bytes().length >= part.totalBytes()) {
      if (pushing.size() > 1) {
        world.tally.count(Happening.COMMIT_OF_MANY_PARTS);
      }
      pushed.add(List.copyOf(pushing));
      pushing.clear();
    }
  }
}
