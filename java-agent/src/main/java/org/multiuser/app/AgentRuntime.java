package org.multiuser.app;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.multiuser.agent.Agent;
import org.multiuser.agent.Client;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Effect;
import org.multiuser.agent.Event;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Status;
import org.multiuser.agent.Transfers;
import org.multiuser.agent.Verification;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.network.client.ClientCore;
import org.multiuser.network.client.ClientDriver;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Catalogue;
import org.multiuser.repository.Change;
import org.multiuser.repository.PendingStore;
import org.multiuser.repository.Repository;

/**
 * An agent over real sockets: repository, client core, driver, and what is kept on disk, put
 * together. All of its state belongs to the driver's thread, to which every call goes over.
 */
public final class AgentRuntime implements Agent {
  private final SecureRandom random = new SecureRandom();
  private final BulkCodec bulk = new BulkCodec(new ZstdCompressor());
  private final AgentMemory memory;
  private final AgentFiles files;
  private final SceneDesk scene;
  private final ClientDriver driver;
  private final AgentNews news = new AgentNews();
  private Repository repository =
      new Repository(UUID.randomUUID(), random::nextLong, PendingStore.NONE);
  private Client client;
  private ConnectOptions options;
  private AgentIdentity identity;
  private long bytesSent;
  private long bytesReceived;
  private final PinnedServer pinned;

  /**
   * Starts the agent's thread; nothing is connected yet.
   *
   * @param folder of one Blender's one join: where the identity, pending commits and what that
   *     Blender is known to hold are kept; or null to keep nothing
   * @throws UncheckedIOException if the folder cannot be used
   */
  public AgentRuntime(Path folder) {
    this(folder, null);
  }

  /**
   * The same, for an agent that takes part in the sessions' files.
   *
   * @param files what is there of them here, or null to take no part
   */
  public AgentRuntime(Path folder, LocalFiles files) {
    this(folder, files, ServerTrust.of(null, null));
  }

  /**
   * The same.
   *
   * @param trust whom to take for servers; else what was seen is forgotten with the agent
   */
  public AgentRuntime(Path folder, LocalFiles files, ServerTrust trust) {
    memory = new AgentMemory(folder, bulk);
    this.files = new AgentFiles(files, new OnDriver());
    scene = files == null ? null : new SceneDesk(files, this.files);
    driver = new ClientDriver("agent", trust, new Core());
    pinned = new PinnedServer(trust.known());
  }

  @Override
  public void listen(Listener listener) {
    run(() -> news.listen(listener));
    sceneFiles().listen(listener::files);
  }

  @Override
  public void connect(ConnectOptions options) {
    run(() -> connectNow(options));
  }

  private void connectNow(ConnectOptions wanted) {
    if (client != null && !isOver()) {
      client.disconnect();
      identity.settle(client, repository, client.drain());
    }
    identity = new AgentIdentity(memory, wanted, client == null);
    options = wanted;
    pinned.connect(wanted);
    bytesSent = 0;
    bytesReceived = 0;
    repository =
        new Repository(
            identity.client(),
            random::nextLong,
            memory.pending(),
            memory.held(),
            System::currentTimeMillis);
    identity.restore(repository).ifPresent(text -> news.add(Event.of(Event.Kind.INFO, text)));
    client = new Client(identity.client(), identity.secret(), wanted, repository, bulk);
    client.connect(System.nanoTime());
    files.connected(client.transfers());
    if (scene != null) {
      scene.connected();
    }
  }

  @Override
  public void disconnect() {
    run(
        () -> {
          if (client != null && !isOver()) {
            client.disconnect();
          }
        });
  }

  /** Compares the whole replica with the server's from now on (SPEC VR). */
  public void verify() {
    run(() -> connected().verify(System.nanoTime()));
  }

  /** What came of comparing the replica with the server's (SPEC VR). */
  public Verification verification() {
    return driver.call(() -> connected().verification());
  }

  /** The part that this agent takes in the session's files. */
  AgentFiles files() {
    return files;
  }

  @Override
  public SceneFiles sceneFiles() {
    return scene == null ? SceneFiles.NONE : scene;
  }

  @Override
  public void initialise(boolean empty) {
    run(() -> connected().initialise(empty));
  }

  @Override
  public void initialiseDone() {
    run(() -> connected().initialiseDone());
  }

  @Override
  public Status status() {
    return driver.call(
        () ->
            new Status(
                client == null ? new ClientState.Offline() : client.state(),
                client == null ? null : client.id(),
                client == null ? null : client.role(),
                options == null ? "" : options.session(),
                client == null ? null : client.incarnation(),
                client == null ? "" : pinned.fingerprint(client.state()),
                client == null ? List.of() : client.users(),
                repository.pendingCount(),
                repository.waitingCount(),
                repository.image().sequence(),
                bytesSent,
                bytesReceived,
                repository.nodes().size()));
  }

  @Override
  public List<Event> events() {
    return driver.call(() -> news.events(client));
  }

  @Override
  public void submit(List<Capture> captures) {
    run(
        () -> {
          repository.submit(captures);
          if (client != null) {
            client.pump();
          }
          // Before the call returns: who sees it done is to see what is pending since.
          news.tell(client, repository);
        });
  }

  @Override
  public Optional<Change.Batch> take(long maxBytes) {
    return driver.call(
        () -> {
          news.changesTaken();
          return repository.take(maxBytes);
        });
  }

  @Override
  public void done(int batch) {
    run(() -> repository.done(batch));
  }

  @Override
  public void whole(UUID node) {
    run(() -> repository.whole(node));
  }

  @Override
  public void complete(Collection<UUID> nodes) {
    run(() -> repository.complete(nodes));
  }

  @Override
  public void reset(UUID node) {
    run(() -> repository.reset(node));
  }

  @Override
  public void own(OwnerAction action, Collection<UUID> nodes, UUID to) {
    run(() -> connected().own(action, nodes, to));
  }

  @Override
  public Map<UUID, UUID> owners() {
    return driver.call(
        () -> {
          Map<UUID, UUID> owners = new HashMap<>();
          for (Node node : repository.image().nodes()) {
            if (node.owner() != null) {
              owners.put(node.id(), node.owner());
            }
          }
          return owners;
        });
  }

  @Override
  public void kick(UUID user, String reason, boolean ban) {
    run(() -> connected().kick(user, reason, ban));
  }

  @Override
  public void setRole(UUID user, Role role) {
    run(() -> connected().setRole(user, role));
  }

  @Override
  public void presence(Value.Fields state) {
    run(
        () -> {
          if (client != null) {
            client.presence(state, System.nanoTime());
          }
        });
  }

  @Override
  public Map<UUID, Value.Fields> presences() {
    return driver.call(() -> client == null ? Map.of() : client.presences());
  }

  @Override
  public void setAutoPush(boolean on, Set<String> byHand) {
    run(
        () -> {
          if (client != null) {
            client.setAutoPush(on, byHand);
          }
        });
  }

  @Override
  public void push() {
    run(() -> connected().push());
  }

  @Override
  public void push(Collection<UUID> nodes) {
    run(() -> connected().push(nodes));
  }

  @Override
  public Catalogue.Page rows(long since, int most) {
    return driver.call(() -> repository.rows(since, most));
  }

  @Override
  public void cut(int millis) {
    run(() -> driver.cut(millis));
  }

  @Override
  public List<Node> nodes() {
    return driver.call(() -> List.copyOf(repository.nodes()));
  }

  @Override
  public Optional<Node> node(UUID id) {
    return driver.call(() -> repository.node(id));
  }

  @Override
  public void close() {
    driver.close();
    files.close();
    if (scene != null) {
      scene.close();
    }
    memory.close();
  }

  private void run(Runnable work) {
    driver.call(
        () -> {
          work.run();
          return null;
        });
  }

  private Client connected() {
    if (client == null) {
      throw new IllegalStateException("not connected to a session");
    }
    return client;
  }

  private boolean isOver() {
    return client.state() instanceof ClientState.Offline
        || client.state() instanceof ClientState.Ended;
  }

  /** Over to the driver's thread, for the files. */
  private final class OnDriver implements AgentFiles.AgentThread {
    @Override
    public void later(Consumer<Transfers> work) {
      driver.post(
          () -> {
            if (client != null) {
              work.accept(client.transfers());
            }
          });
    }

    @Override
    public <T> T call(Function<Transfers, T> work) {
      return driver.call(() -> work.apply(connected().transfers()));
    }
  }

  /** What the driver drives; on its thread. */
  private final class Core implements ClientCore {
    @Override
    public void receive(Channel channel, Message message, int bytes, long nowNanos) {
      bytesReceived += bytes;
      if (client != null) {
        client.receive(channel, message, nowNanos);
      }
    }

    @Override
    public void sent(int bytes) {
      bytesSent += bytes;
    }

    @Override
    public void linkLost(String text, long nowNanos) {
      if (client != null) {
        client.linkLost(text, nowNanos);
      }
    }

    @Override
    public void linkRefused(String text, long nowNanos) {
      if (client != null) {
        client.linkRefused(text, nowNanos);
      }
    }

    @Override
    public void told(String text) {
      if (client != null) {
        client.told(text);
      }
    }

    @Override
    public void tick(long nowNanos) {
      if (client != null) {
        client.tick(nowNanos);
      }
    }

    @Override
    public long waitMillis(long nowNanos) {
      return client == null ? 60_000 : client.waitMillis(nowNanos);
    }

    @Override
    public List<Effect> drain() {
      List<Effect> effects = client == null ? List.of() : client.drain();
      if (client != null) {
        identity.settle(client, repository, effects);
      }
      news.tell(client, repository);
      return files.carryOut(effects);
    }
  }

  @Override
  public String toString() {
    return "agent that remembers " + memory;
  }
}
