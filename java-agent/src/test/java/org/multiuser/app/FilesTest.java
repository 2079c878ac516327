package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.multiuser.app.Played.await;
import static org.multiuser.app.Played.connect;
import static org.multiuser.app.Played.content;
import static org.multiuser.app.Played.digestOf;
import static org.multiuser.app.Played.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.Transfer;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.files.content.SafeName;
import org.multiuser.network.server.GateSettings;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.storage.Durability;
import org.multiuser.server.storage.SqliteStores;

/** Files of real agents through a real server (SPEC FT). */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FilesTest {
  private static final long QUOTA_BYTES = 1L << 34;

  @TempDir private Path folder;
  private final Map<List<Object>, Path> fetched = new HashMap<>();
  private final List<AgentRuntime> agents = new ArrayList<>();
  private Server server;
  private Thread thread;
  private int port;

  @BeforeEach
  void start() throws Exception {
    serve(0, FileSettings.usual(folder.resolve("sessions")));
  }

  private void serve(int wanted, FileSettings files) throws Exception {
    server =
        new Server(
            GateSettings.standard("127.0.0.1", wanted, MemoryServer.identity()),
            KnownPasswords.plain("", "admin", new SecureRandom()),
            60_000,
            new SqliteStores(files.folder(), WireClient.CODECS.nodes(), Durability.FULL),
            files,
            WireClient.CODECS);
    port = server.open();
    thread = new Thread(server::run, "server under test");
    thread.start();
  }

  private void stopServer() throws InterruptedException {
    server.stop();
    thread.join();
  }

  @AfterEach
  void stop() throws InterruptedException {
    agents.forEach(AgentRuntime::close);
    stopServer();
  }

  @Test
  @DisplayName("[FT1, FT2, FT3, FT4] what one has the other gets, small and large, byte by byte")
  void sent() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    for (int size : new int[] {0, 1, 70_000, 20 << 20}) {
      byte[] content = content(size, size);
      Digest file = offer(anna, file("of " + size, content)).file();
      await(() -> is(anna, file, Transfer.State.DONE));
      fetch(ben, file, "../wood.png");
      await(() -> is(ben, file, Transfer.State.DONE));
      Path made = fetched(ben, file);
      assertEquals("wood.png", made.getFileName().toString());
      assertTrue(made.startsWith(folder.resolve("ben")), made.toString());
      assertArrayEquals(content, Files.readAllBytes(made));
    }
  }

  @Test
  @DisplayName("[FT5, FT6] who asks first waits until somebody brings it; an own file changes")
  void askedBefore() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    byte[] content = content(1, 5 << 20);
    Path path = file("sky.exr", content);
    Digest file = digestOf(path);
    fetch(ben, file, "sky.exr");
    Thread.sleep(100);
    assertTrue(is(ben, file, Transfer.State.WAITING));
    offer(anna, path);
    await(() -> is(ben, file, Transfer.State.DONE));
    assertArrayEquals(content, Files.readAllBytes(fetched(ben, file)));
  }

  @Test
  @DisplayName("[FI1] two files of one name stay two, the same file under two names is sent once")
  void names() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    byte[] one = content(1, 3 << 20);
    byte[] other = content(2, 3 << 20);
    Digest first = offer(anna, file("a/wood.png", one)).file();
    Digest second = offer(ben, file("b/wood.png", other)).file();
    for (AgentRuntime agent : List.of(anna, ben)) {
      fetch(agent, first, "wood.png");
      fetch(agent, second, "wood.png");
      await(() -> is(agent, first, Transfer.State.DONE) && is(agent, second, Transfer.State.DONE));
      assertArrayEquals(one, Files.readAllBytes(fetched(agent, first)));
      assertArrayEquals(other, Files.readAllBytes(fetched(agent, second)));
    }
    long before = anna.status().bytesSent();
    assertEquals(first, offer(anna, file("c/holz.png", one)).file());
    await(() -> is(anna, first, Transfer.State.DONE));
    assertTrue(anna.status().bytesSent() - before < 2_000, "sent again");
  }

  @Test
  @DisplayName("[FT3] of a file that was changed a little, only what changed travels")
  void changed() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    byte[] content = content(3, 32 << 20);
    Digest before = offer(anna, file("film.mov", content)).file();
    fetch(ben, before, "film.mov");
    await(() -> is(ben, before, Transfer.State.DONE));
    byte[] longer = new byte[content.length + 1];
    System.arraycopy(content, 0, longer, 1, content.length);
    long sent = anna.status().bytesSent();
    long received = ben.status().bytesReceived();
    Digest after = offer(anna, file("film.mov", longer)).file();
    fetch(ben, after, "film.mov");
    await(() -> is(ben, after, Transfer.State.DONE));
    assertArrayEquals(longer, Files.readAllBytes(fetched(ben, after)));
    assertTrue(anna.status().bytesSent() - sent < 2 << 20, "up");
    assertTrue(ben.status().bytesReceived() - received < 2 << 20, "down");
  }

  @Test
  @DisplayName("[FT3] after cut links and a restarted server it goes on where it was")
  void resumed() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    anna.files().limitUpload(24 << 20);
    byte[] content = content(4, 24 << 20);
    Manifest manifest = offer(anna, file("cache.vdb", content));
    fetch(ben, manifest.file(), "cache.vdb");
    await(() -> transfer(anna, manifest.file()).doneBytes() > 6 << 20);
    anna.cut(100);
    ben.cut(200);
    await(() -> transfer(anna, manifest.file()).doneBytes() > 12 << 20);
    int before = port;
    stopServer();
    serve(before, FileSettings.usual(folder.resolve("sessions")));
    await(() -> is(ben, manifest.file(), Transfer.State.DONE));
    assertArrayEquals(content, Files.readAllBytes(fetched(ben, manifest.file())));
    long most = (long) content.length + (6 << 20);
    assertTrue(anna.status().bytesSent() < most, "sent " + anna.status().bytesSent());
    assertTrue(ben.status().bytesReceived() < most, "received " + ben.status().bytesReceived());
  }

  @Test
  @DisplayName("[FT3] a chunk that is damaged at the server is thrown away and brought again")
  void damaged() throws Exception {
    AgentRuntime anna = join("anna");
    byte[] content = content(5, 3 << 20);
    Digest file = offer(anna, file("song.wav", content)).file();
    await(() -> is(anna, file, Transfer.State.DONE));
    Files.write(kept("chunks").get(0), new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
    AgentRuntime ben = join("ben");
    fetch(ben, file, "song.wav");
    await(() -> is(ben, file, Transfer.State.DONE));
    assertArrayEquals(content, Files.readAllBytes(fetched(ben, file)));
  }

  @Test
  @DisplayName("[FT3] a file that changes while it is sent is never put together wrongly")
  void changesWhileSent() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    anna.files().limitUpload(8 << 20);
    Path path = file("bake.exr", content(6, 8 << 20));
    Digest file = offer(anna, path).file();
    fetch(ben, file, "bake.exr");
    Files.write(path, content(7, 8 << 20));
    await(() -> is(anna, file, Transfer.State.FAILED));
    assertFalse(is(ben, file, Transfer.State.DONE));
    assertTrue(transfer(anna, file).problem().contains("changed"), transfer(anna, file).problem());
  }

  @Test
  @DisplayName(
      "[FT3, FT5] a change that leaves length and time as they were is found by the server")
  void changesUnseen() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    anna.files().limitUpload(8 << 20);
    Path path = file("bake.exr", content(6, 8 << 20));
    FileTime then = Files.getLastModifiedTime(path);
    Digest file = offer(anna, path).file();
    fetch(ben, file, "bake.exr");
    Files.write(path, content(7, 8 << 20));
    Files.setLastModifiedTime(path, then);
    await(() -> is(anna, file, Transfer.State.FAILED));
    assertFalse(is(ben, file, Transfer.State.DONE));
    assertTrue(transfer(anna, file).problem().contains("changed"), transfer(anna, file).problem());
  }

  @Test
  @DisplayName("[FT3] a chunk that two own files share is sent though one of them changed")
  void oneOfTwoChanged() throws Exception {
    AgentRuntime anna = join("anna");
    AgentRuntime ben = join("ben");
    anna.files().limitUpload(16 << 20);
    byte[] content = content(10, 8 << 20);
    Path first = file("v1.exr", content);
    byte[] longer = Arrays.copyOf(content, content.length + 1000);
    Path second = file("v2.exr", longer);
    Digest one = offer(anna, first).file();
    offer(anna, second);
    Files.write(second, new byte[10]);
    fetch(ben, one, "v1.exr");
    await(() -> is(ben, one, Transfer.State.DONE));
    assertArrayEquals(content, Files.readAllBytes(fetched(ben, one)));
  }

  @Test
  @DisplayName("[FT5] what is cancelled is not sent on, and another one is not held up by it")
  void cancelled() throws Exception {
    AgentRuntime anna = join("anna");
    anna.files().limitUpload(4 << 20);
    Digest file = offer(anna, file("large.abc", content(8, 16 << 20))).file();
    await(() -> transfer(anna, file).doneBytes() > 0);
    anna.files().cancel(file);
    anna.files().limitUpload(0);
    byte[] content = content(9, 1 << 20);
    Digest next = offer(anna, file("small.png", content)).file();
    await(() -> is(anna, next, Transfer.State.DONE));
    assertTrue(anna.files().transfers().stream().noneMatch(it -> it.file().equals(file)));
    assertTrue(anna.status().bytesSent() < 8 << 20, "sent " + anna.status().bytesSent());
  }

  @Test
  @DisplayName(
      "[FT8] what nothing refers to is thrown away, and asked for again when something does")
  void thrownAway() throws Exception {
    stopServer();
    serve(0, new FileSettings(folder.resolve("sessions"), QUOTA_BYTES, 0, 100));
    AgentRuntime anna = join("anna");
    byte[] content = content(11, 3 << 20);
    Digest file = offer(anna, file("wood.png", content)).file();
    await(() -> is(anna, file, Transfer.State.DONE));
    await(() -> kept("chunks").isEmpty() && kept("manifests").isEmpty());
    Map<String, Value> image = Map.of("content", new Value.FileRef(file));
    Value.Fields properties = new Value.Fields(new TreeMap<>(image));
    UUID node = UUID.randomUUID();
    anna.submit(List.of(Capture.full(node, "Image", properties, Map.of())));
    AgentRuntime ben = join("ben");
    await(() -> ben.node(node).isPresent());
    fetch(ben, file, "wood.png");
    await(() -> is(ben, file, Transfer.State.DONE));
    assertArrayEquals(content, Files.readAllBytes(fetched(ben, file)));
    int chunks = kept("chunks").size();
    Thread.sleep(500);
    assertTrue(chunks > 0 && kept("chunks").size() == chunks, "it is needed now");
    assertEquals(1, kept("manifests").size());
  }

  // --- the played users ---

  /** What the server keeps of the session's files. */
  private List<Path> kept(String what) {
    try (Stream<Path> all = Files.walk(folder.resolve("sessions/main.files").resolve(what))) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException | UncheckedIOException e) {
      return kept(what); // Something went while it was looked through.
    }
  }

  private AgentRuntime join(String name) throws Exception {
    AgentRuntime agent = new AgentRuntime(null, new LocalFiles(folder.resolve(name), QUOTA_BYTES));
    agents.add(agent);
    connect(agent, name, port);
    return agent;
  }

  private static Manifest offer(AgentRuntime agent, Path file) throws Exception {
    CompletableFuture<Manifest> offered = new CompletableFuture<>();
    agent
        .files()
        .offer(
            file,
            (manifest, problem) -> {
              if (problem.isEmpty()) {
                offered.complete(manifest);
              } else {
                offered.completeExceptionally(new IOException(problem));
              }
            });
    return offered.get(10, TimeUnit.SECONDS);
  }

  private void fetch(AgentRuntime agent, Digest file, String said) {
    Path target = agent.files().view(file.hex()).resolve(SafeName.of(said));
    fetched.put(List.of(agent, file), target);
    agent.files().fetch(file, target, FileTargets.whenHere(() -> {}));
  }

  private Path fetched(AgentRuntime agent, Digest file) {
    return fetched.get(List.of(agent, file));
  }

  private Path file(String name, byte[] content) throws IOException {
    return write(folder.resolve("own").resolve(name), content);
  }

  private static boolean is(AgentRuntime agent, Digest file, Transfer.State state) {
    return agent.files().transfers().stream()
        .filter(it -> it.file().equals(file))
        .reduce((first, last) -> last)
        .map(it -> it.state() == state)
        .orElse(false);
  }

  private static Transfer transfer(AgentRuntime agent, Digest file) {
    return agent.files().transfers().stream()
        .filter(it -> it.file().equals(file))
        .findFirst()
        .orElse(new Transfer(file, true, Transfer.State.WAITING, 0, 0, ""));
  }
}
