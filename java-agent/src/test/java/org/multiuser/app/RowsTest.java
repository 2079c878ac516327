package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Catalogue;
import org.multiuser.repository.Row;

/** The list of all nodes and what is pushed by hand: two agents, a server, and sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RowsTest {
  private static final UUID MESH = new UUID(1, 1);
  private static final UUID THING = new UUID(1, 2);

  private final List<AgentRuntime> agents = new ArrayList<>();
  private final Map<AgentRuntime, Map<UUID, Row>> known = new HashMap<>();
  private final Map<AgentRuntime, Long> upTo = new HashMap<>();
  private MemoryServer server;
  private AgentRuntime anna;
  private AgentRuntime ben;

  @BeforeEach
  void start() throws Exception {
    server = MemoryServer.encrypted();
    anna = join("anna", MemoryServer.ADMIN_PASSWORD);
    await(() -> anna.status().state() instanceof ClientState.Lobby);
    anna.initialise(true);
    ben = join("ben", "");
    for (AgentRuntime agent : agents) {
      await(() -> agent.status().state() instanceof ClientState.Online);
    }
    make(anna, MESH, "Mesh", "Cube");
    make(anna, THING, "Object", "Thing");
    await(() -> row(ben, THING) != null && row(ben, MESH) != null);
  }

  @AfterEach
  void stop() throws Exception {
    agents.forEach(AgentRuntime::close);
    server.close();
  }

  @Test
  @DisplayName("[BR32] both list the same nodes, with owner, author, time, and how far they are")
  void listed() throws Exception {
    await(() -> row(anna, MESH).state() == Row.State.UP);
    long before = System.currentTimeMillis();
    take(ben);
    edit(ben, MESH, "Mesh", 5);
    await(() -> ben.status().client().equals(row(anna, MESH).author()));
    assertEquals("Cube", row(anna, MESH).name());
    assertTrue(row(anna, MESH).changedMillis() >= before - 1_000);
    assertEquals(Row.State.FETCHED, row(anna, MESH).state(), "its Blender took nothing yet");
    take(anna);
    assertEquals(Row.State.UP, row(anna, MESH).state());
    ben.own(OwnerAction.TAKE, List.of(MESH), null);
    await(() -> ben.status().client().equals(row(anna, MESH).owner()));
    edit(anna, MESH, "Mesh", 6);
    await(() -> !row(anna, MESH).refused().isEmpty());
  }

  @Test
  @DisplayName(
      "[BR18] types by hand wait while others go; pushed, all is there, and rights with it")
  void byHand() throws Exception {
    anna.setAutoPush(true, Set.of("Mesh"));
    anna.own(OwnerAction.TAKE, List.of(MESH), null);
    await(() -> row(anna, MESH).owner() != null);
    edit(anna, MESH, "Mesh", 7);
    edit(anna, THING, "Object", 8);
    await(() -> new Value.Int(8).equals(value(ben, THING)));
    assertEquals(1, anna.status().waiting());
    assertEquals(Row.State.COMMITTED, row(anna, MESH).state());
    anna.own(OwnerAction.RELEASE, List.of(MESH), null);
    assertNull(value(ben, MESH));
    assertEquals(anna.status().client(), row(ben, MESH).owner());
    anna.push(List.of(MESH));
    await(() -> new Value.Int(7).equals(value(ben, MESH)));
    await(() -> row(ben, MESH).owner() == null);
    assertEquals(0, anna.status().waiting());
  }

  @Test
  @DisplayName(
      "[BR18] what waits over a lost link goes on waiting; what is deleted is gone for both")
  void lostLink() throws Exception {
    anna.setAutoPush(false, Set.of());
    edit(anna, MESH, "Mesh", 9);
    anna.cut(300);
    await(() -> !(anna.status().state() instanceof ClientState.Online));
    await(() -> anna.status().state() instanceof ClientState.Online);
    assertEquals(1, anna.status().waiting());
    assertNull(value(ben, MESH));
    anna.setAutoPush(true, Set.of());
    await(() -> new Value.Int(9).equals(value(ben, MESH)));
    anna.submit(List.of(Capture.delete(THING, "Object")));
    await(() -> row(ben, THING) == null);
    assertNull(row(anna, THING));
  }

  private AgentRuntime join(String name, String adminPassword) {
    AgentRuntime agent = new AgentRuntime(null);
    agents.add(agent);
    agent.connect(
        new ConnectOptions(
            "127.0.0.1",
            server.port,
            "main",
            name,
            0,
            "",
            adminPassword,
            "",
            10_000,
            server.security()));
    return agent;
  }

  private static void make(AgentRuntime agent, UUID id, String type, String name) {
    Value.Fields tree = new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text(name))));
    agent.submit(List.of(Capture.full(id, type, tree, Map.of())));
  }

  private static void edit(AgentRuntime agent, UUID id, String type, int value) {
    Capture.PathValue at = new Capture.PathValue(Path.of("a"), new Value.Int(value));
    agent.submit(List.of(Capture.part(id, type, List.of(at), List.of())));
  }

  private static void take(AgentRuntime agent) {
    agent.take(1 << 20).ifPresent(batch -> agent.done(batch.number()));
  }

  private static Value value(AgentRuntime agent, UUID id) {
    return agent.node(id).orElseThrow().properties().values().get("a");
  }

  /** What the agent's list says of a node now, told piece by piece. */
  private Row row(AgentRuntime agent, UUID id) {
    Map<UUID, Row> rows = known.computeIfAbsent(agent, key -> new HashMap<>());
    Catalogue.Page page;
    do {
      page = agent.rows(upTo.getOrDefault(agent, 0L), 1);
      page.rows().forEach(row -> rows.put(row.id(), row));
      page.gone().forEach(rows::remove);
      upTo.put(agent, page.upTo());
    } while (page.more());
    return rows.get(id);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(10);
    }
  }
}
