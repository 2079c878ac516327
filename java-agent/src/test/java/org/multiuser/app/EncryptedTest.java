package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.multiuser.app.Played.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Event;
import org.multiuser.agent.Security;
import org.multiuser.network.TestTls;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.ServerIdentity;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;

/** Real agents and servers, encrypted, and the wrong ones of both. */
@DisplayName("[CH7, CH9] Encrypted,")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class EncryptedTest {
  private static final Digest OTHER = Digest.ofContent(new byte[1]);

  @TempDir private Path folder;
  private final List<AgentRuntime> agents = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private String said;

  @AfterEach
  void close() {
    agents.forEach(AgentRuntime::close);
  }

  @Test
  @DisplayName("an artist hears the fingerprint at the first time, and never again")
  void first() throws Exception {
    try (MemoryServer server = MemoryServer.encrypted()) {
      Path known = folder.resolve("known_servers");
      for (int i = 0; i < 2; i++) {
        AgentRuntime agent = agent(ServerTrust.of(known, null));
        Played.connect(agent, "anna" + i, server.port);
        List<Event> told = agent.events();
        String digits = MemoryServer.identity().fingerprint().hex();
        long count =
            told.stream()
                .filter(it -> it.kind() == Event.Kind.INFO && it.text().contains(digits))
                .count();
        assertEquals(1 - i, count, told.toString());
        assertEquals(digits, agent.status().fingerprint(), "what an invite says");
      }
      assertEquals(1, Files.readAllLines(known).size());
    }
  }

  @Test
  @DisplayName("edits are kept while another server answers, which is told, and go on after that")
  void changed() throws Exception {
    TestTls.Made made = TestTls.make(folder, "other");
    ServerTrust trust = ServerTrust.of(folder.resolve("known_servers"), null);
    AgentRuntime agent = agent(trust);
    int port;
    try (MemoryServer server = MemoryServer.encrypted()) {
      port = server.port;
      Played.connect(agent, "anna", port);
    }
    await(() -> agent.status().state() instanceof ClientState.Reconnecting);
    edit(agent);
    ServerIdentity identity = ServerIdentity.read(made.certificate(), made.key());
    MemoryServer other = new MemoryServer(GateSettings.standard("127.0.0.1", port, identity));
    try {
      await(() -> heard(agent, Event.Kind.WARNING, "changed"));
      String text = text(Event.Kind.WARNING, "changed");
      assertTrue(text.contains(made.fingerprint().hex()), text);
      assertTrue(text.contains(MemoryServer.identity().fingerprint().hex()), text);
      assertInstanceOf(ClientState.Reconnecting.class, agent.status().state());
      assertEquals(1, agent.status().pending());
      int before = count(Event.Kind.WARNING, "changed");
      Thread.sleep(1_500);
      heard(agent, Event.Kind.WARNING, "changed");
      assertEquals(before, count(Event.Kind.WARNING, "changed"), "told once, not at each attempt");
      assertEquals(0, forget("127.0.0.1:" + port));
      await(() -> !(agent.status().state() instanceof ClientState.Reconnecting));
      assertTrue(heard(agent, Event.Kind.INFO, made.fingerprint().hex()));
      await(() -> agent.status().fingerprint().equals(made.fingerprint().hex()));
    } finally {
      other.close();
    }
  }

  @Test
  @DisplayName("an invite's fingerprint is the only one that is taken")
  void invited() throws Exception {
    try (MemoryServer server = MemoryServer.encrypted()) {
      AgentRuntime wrong = agent(ServerTrust.of(null, null));
      String text = ended(wrong, server.port, new Security(false, Optional.of(OTHER)));
      assertTrue(text.contains("invited") && text.contains(OTHER.hex()), text);
      AgentRuntime right = agent(ServerTrust.of(null, null));
      connect(right, server.port, server.security());
      await(() -> right.status().state() instanceof ClientState.Lobby);
      assertEquals(List.of(), right.events());
      assertEquals(MemoryServer.identity().fingerprint().hex(), right.status().fingerprint());
    }
  }

  @Test
  @DisplayName("or not, a client that meets the wrong mode says so and ends")
  void wrongMode() throws Exception {
    try (MemoryServer encrypted = MemoryServer.encrypted();
        MemoryServer plain = new MemoryServer()) {
      AgentRuntime agent = agent(ServerTrust.of(null, null));
      String text = ended(agent, plain.port, Security.ENCRYPTED);
      assertTrue(text.contains("does not encrypt (--plain)"), text);
      text = ended(agent, encrypted.port, Security.PLAIN);
      assertTrue(text.contains("encrypts, and you asked for no encryption"), text);
    }
  }

  @Test
  @DisplayName("or not, servers are asked whether they are there, and nothing is remembered [VE1]")
  void ping() throws Exception {
    Path known = folder.resolve("known_servers");
    try (MemoryServer encrypted = MemoryServer.encrypted();
        MemoryServer plain = new MemoryServer()) {
      String there = "127.0.0.1:" + encrypted.port;
      String right = MemoryServer.identity().fingerprint().hex();
      assertEquals(0, ping(there), said);
      assertTrue(said.contains(there + ": online"), said);
      assertEquals(
          0,
          ping(
              "multiuser://"
                  + there
                  + "/main?pw=x&fp="
                  + right.toUpperCase(java.util.Locale.ROOT)));
      assertTrue(said.startsWith("multiuser://" + there + "?fp=" + right + ": online"), said);
      assertTrue(Files.notExists(known));

      assertEquals(1, ping("multiuser://" + there + "?fp=" + OTHER.hex()));
      assertTrue(said.contains(right) && said.contains(OTHER.hex()), said);
      ServerTrust.of(known, null).known().remember(there, OTHER);
      assertEquals(1, ping(there));
      assertTrue(said.contains("changed") && said.contains("agent forget " + there), said);
      assertEquals(0, forget(there));
      assertEquals(0, ping(there), said);

      assertEquals(0, ping("multiuser://127.0.0.1:" + plain.port + "?plain=1"), said);
      assertEquals(1, ping("127.0.0.1:" + plain.port));
      assertTrue(said.contains("does not encrypt"), said);
      assertEquals(1, ping("multiuser://" + there + "?plain=1"));
      assertTrue(said.contains("you asked for no encryption"), said);
      assertEquals(2, ping("multiuser://" + there + "?fp=12"));
      assertEquals(2, ping("multiuser://a b"));
    }
  }

  @Test
  @DisplayName("a script's users are, unless it says otherwise")
  void script() throws Exception {
    Path script = folder.resolve("script.yaml");
    Files.writeString(
        script,
        "steps:\n- connect: {user: ada, adminPassword: admin, state: LOBBY}\n- disconnect: {user: ada}\n");
    try (MemoryServer encrypted = MemoryServer.encrypted();
        MemoryServer plain = new MemoryServer()) {
      String right = MemoryServer.identity().fingerprint().hex();
      assertEquals(0, run("run", "--port", "" + encrypted.port, script.toString()), said);
      assertEquals(
          0,
          run("run", "--port", "" + encrypted.port, "--fingerprint", right, script.toString()),
          said);
      assertEquals(
          1,
          run(
              "run",
              "--port",
              "" + encrypted.port,
              "--fingerprint",
              OTHER.hex(),
              script.toString()));
      assertEquals(1, run("run", "--port", "" + plain.port, script.toString()));
      assertEquals(0, run("run", "--port", "" + plain.port, "--plain", script.toString()), said);
    }
  }

  @Test
  @DisplayName("an agent is ready before anything of that is loaded")
  void late() throws Exception {
    Process bridge =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + folder.resolve("classes"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "bridge")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String greeting =
          "{\"token\": \"%s\", \"state\": \"%s\"}\n"
              .formatted("0".repeat(32), folder.resolve("state"));
      bridge.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
      bridge.getOutputStream().flush();
      String ready = bridge.inputReader(StandardCharsets.UTF_8).readLine();
      assertTrue(ready.contains("\"port\""), ready);
      List<String> early =
          Files.readAllLines(folder.resolve("classes")).stream()
              .filter(it -> it.contains(" io.netty.") || it.contains("javax.net.ssl"))
              .toList();
      assertEquals(List.of(), early);
    } finally {
      bridge.destroyForcibly().waitFor();
    }
  }

  private AgentRuntime agent(ServerTrust trust) {
    AgentRuntime agent = new AgentRuntime(null, null, trust);
    agents.add(agent);
    return agent;
  }

  private static void connect(AgentRuntime agent, int port, Security security) {
    agent.connect(
        new ConnectOptions(
            "127.0.0.1", port, "main", "anna", 0, "", "admin", "", 10_000, security));
  }

  /** Why a first attempt came to nothing. */
  private static String ended(AgentRuntime agent, int port, Security security) throws Exception {
    connect(agent, port, security);
    await(() -> agent.status().state() instanceof ClientState.Ended);
    return assertInstanceOf(ClientState.Ended.class, agent.status().state()).text();
  }

  private static void edit(AgentRuntime agent) {
    Value.Fields tree = new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text("new"))));
    agent.submit(List.of(Capture.full(UUID.randomUUID(), "Object", tree, Map.of())));
  }

  private boolean heard(AgentRuntime agent, Event.Kind kind, String what) {
    events.addAll(agent.events());
    return count(kind, what) > 0;
  }

  private int count(Event.Kind kind, String what) {
    return (int)
        events.stream().filter(it -> it.kind() == kind && it.text().contains(what)).count();
  }

  private String text(Event.Kind kind, String what) {
    return events.stream()
        .filter(it -> it.kind() == kind && it.text().contains(what))
        .findFirst()
        .orElseThrow()
        .text();
  }

  private int ping(String address) {
    return run("ping", "--timeout", "3000", address);
  }

  private int forget(String address) {
    return run("forget", address);
  }

  private int run(String command, String... more) {
    List<String> line = new ArrayList<>(List.of("agent", command));
    line.addAll(List.of("--known-servers", folder.resolve("known_servers").toString()));
    line.addAll(List.of(more));
    PrintStream err = System.err;
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream caught = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setErr(caught);
    System.setOut(caught);
    try {
      return Main.commandLine().execute(line.toArray(String[]::new));
    } finally {
      System.setErr(err);
      System.setOut(out);
      said = bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
