package org.multiuser.app;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.agent.Event;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;

/**
 * One user of a script: an agent of its own, and the edits that are not committed yet. One thread
 * at a time.
 */
final class ScriptUser implements AutoCloseable {
  private static final String NAME = "name";
  private static final long BATCH_BYTES = 64 << 20;
  private static final int MAX_COUNT = 1_000_000;
  private static final int MAX_BYTES = 256 << 20;

  final AgentRuntime agent;
  final List<Event> events = new ArrayList<>();
  private final List<Capture> edits = new ArrayList<>();
  private final Map<String, UUID> added = new TreeMap<>();

  /**
   * A user who has not connected.
   *
   * @param state the folder where its identity and pending commits are kept, or null
   * @param files what it has of the sessions' files, or null to take no part in them
   * @param trust whom to take for servers
   */
  ScriptUser(java.nio.file.Path state, LocalFiles files, ServerTrust trust) {
    agent = new AgentRuntime(state, files, trust);
  }

  /** Adds nodes; several get a number behind the name, and each random bytes as a buffer. */
  void add(String type, String name, Value.Fields properties, int count, int bytes) {
    if (count > MAX_COUNT || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "at most " + MAX_COUNT + " nodes of " + MAX_BYTES + " bytes can be added at once");
    }
    for (int i = 0; i < count; i++) {
      String own = count == 1 ? name : name + "." + i;
      UUID id = UUID.randomUUID();
      TreeMap<String, Value> tree = new TreeMap<>(properties.values());
      tree.put(NAME, new Value.Text(own));
      Map<String, Capture.Array> buffers = Map.of();
      if (bytes > 0) {
        byte[] data = new byte[bytes];
        new Random(id.getMostSignificantBits()).nextBytes(data);
        buffers =
            Map.of("data", new Capture.Array(DataType.UINT8, bytes, 1, ByteBuffer.wrap(data)));
      }
      edits.add(Capture.full(id, type, new Value.Fields(tree), buffers));
      added.put(own, id);
    }
  }

  void set(String node, Path path, Value value) {
    set(id(node), path, value);
  }

  void set(UUID id, Path path, Value value) {
    edits.add(Capture.part(id, "", List.of(new Capture.PathValue(path, value)), List.of()));
  }

  void remove(String node, Path path) {
    edits.add(Capture.part(id(node), "", List.of(), List.of(path)));
  }

  void delete(String node) {
    delete(id(node));
  }

  void delete(UUID id) {
    edits.add(Capture.delete(id, ""));
    added.values().remove(id);
  }

  /** A node's buffer has these rows now, as many as before; what is equal costs nothing. */
  void rows(UUID id, String name, Buffer now) {
    Capture.Array array =
        new Capture.Array(now.type(), now.rows(), now.columns(), ByteBuffer.wrap(now.bytes()));
    edits.add(
        new Capture(
            id,
            "",
            Capture.Kind.PART,
            null,
            List.of(),
            List.of(),
            Map.of(name, array),
            false,
            false,
            Set.of()));
  }

  /** Commits the edits since the last time; first everything that came in counts as seen. */
  void commit() {
    follow();
    if (!edits.isEmpty()) {
      agent.submit(edits);
      edits.clear();
    }
    events.addAll(agent.events());
  }

  private void follow() {
    Optional<Change.Batch> batch = agent.take(BATCH_BYTES);
    while (batch.isPresent()) {
      agent.done(batch.get().number());
      batch = agent.take(BATCH_BYTES);
    }
  }

  /** The node with this name. */
  Optional<Node> find(String name) {
    return agent.nodes().stream()
        .filter(node -> new Value.Text(name).equals(node.properties().values().get(NAME)))
        .findFirst();
  }

  /**
   * The identity of the node with this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  UUID id(String name) {
    UUID own = added.get(name);
    return own != null
        ? own
        : find(name)
            .map(Node::id)
            .orElseThrow(() -> new IllegalArgumentException("there is no node '" + name + "'"));
  }

  @Override
  public void close() {
    agent.close();
  }
}
