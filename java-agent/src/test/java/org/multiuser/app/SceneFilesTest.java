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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.SceneFiles.Kind;
import org.multiuser.agent.Transfer;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.protocol.file.Manifest;

/** The files of real agents' scenes, through a real server (BR27 to BR31). */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SceneFilesTest {
  private static final long QUOTA_BYTES = 1L << 34;

  @TempDir private Path folder;
  private final List<AgentRuntime> agents = new ArrayList<>();
  private final Map<SceneFiles, Told> told = new HashMap<>();
  private MemoryServer server;

  /** All that a scene's files had to tell; the newest by path and key. */
  private static final class Told {
    final Map<String, SceneFiles.Looked> looked = new HashMap<>();
    final Map<String, String> ready = new HashMap<>();
    final List<String> problems = new ArrayList<>();
  }

  @BeforeEach
  void start() throws Exception {
    server = MemoryServer.encrypted();
  }

  @AfterEach
  void stop() throws Exception {
    agents.forEach(AgentRuntime::close);
    server.close();
  }

  @Test
  @DisplayName("[BR28] two artists' different files at the same path: each has the own, and a copy")
  void sameNames() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    byte[] oak = content(1, 300_000);
    byte[] pine = content(2, 2 << 20);
    Path annas = file("anna/wood.png", oak);
    Path bens = file("ben/wood.png", pine);
    watch(anna, annas, Kind.ONE);
    watch(ben, bens, Kind.ONE);
    Path viewOfAnna = want(anna, "01", bens.toString(), looked(ben, bens).files());
    Path viewOfBen = want(ben, "02", bens.toString(), looked(anna, annas).files());
    assertArrayEquals(pine, Files.readAllBytes(viewOfAnna));
    assertEquals(bens, viewOfAnna, "she sees the same disk");
    assertArrayEquals(oak, Files.readAllBytes(viewOfBen));
    assertTrue(viewOfBen.startsWith(folder.resolve("caches/ben/views")), viewOfBen.toString());
    assertEquals("wood.png", viewOfBen.getFileName().toString());
    assertArrayEquals(pine, Files.readAllBytes(bens));
  }

  @Test
  @DisplayName("[BR28, BR33] what is at the owner's path is fetched all the same, and then used")
  void fetchedAllTheSame() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    Path own = file("disk/wood.png", content(1, 3 << 20));
    watch(anna, own, Kind.ONE);
    List<SceneFiles.Content> files = looked(anna, own).files();
    assertEquals(own, want(ben, "01", own.toString(), files));
    LocalFiles cache = new LocalFiles(folder.resolve("caches/ben"), QUOTA_BYTES);
    Manifest manifest = cache.known(files.get(0).file()).orElseThrow();
    assertTrue(cache.missing(manifest).isEmpty());
    ben.share(List.of(folder.resolve("disk").toString()));
    assertEquals(own, want(ben, "02", own.toString(), files));
  }

  @Test
  @DisplayName("[BR27, BR28] a set travels as a whole, and grows")
  void set() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    file("anna/höhle.1001.exr", content(1, 100));
    file("anna/höhle.1002.exr", content(2, 0));
    Path tiles = folder.resolve("anna/höhle.<UDIM>.exr");
    watch(anna, tiles, Kind.TILES);
    String path = "X:\\anna\\höhle.<UDIM>.exr";
    Path view = want(ben, "01", path, looked(anna, tiles).files());
    assertEquals("höhle.<UDIM>.exr", view.getFileName().toString());
    assertArrayEquals(content(1, 100), Files.readAllBytes(view.resolveSibling("höhle.1001.exr")));
    assertEquals(0, Files.size(view.resolveSibling("höhle.1002.exr")));
    file("anna/höhle.1011.exr", content(3, 70_000));
    await(() -> told(anna).looked.get(tiles.toString()).files().size() == 3);
    want(ben, "01", path, looked(anna, tiles).files());
    assertArrayEquals(
        content(3, 70_000), Files.readAllBytes(view.resolveSibling("höhle.1011.exr")));
  }

  @Test
  @DisplayName("[BR28] two views of one content, wanted one after the other and both at once")
  void twoViews() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    byte[] content = content(1, 4 << 20);
    Path own = file("anna/a.png", content);
    watch(anna, own, Kind.ONE);
    SceneFiles.Looked looked = looked(anna, own);
    ben.want(List.of(wanted("01", "C:\\a.png", looked.files())));
    Path second = want(ben, "02", "C:\\b.png", looked.files());
    await(() -> ready(ben, "01") != null);
    Path third = want(ben, "03", "C:\\c.png", looked.files());
    for (Path view : List.of(Path.of(ready(ben, "01")), second, third)) {
      assertArrayEquals(content, Files.readAllBytes(view));
    }
  }

  @Test
  @DisplayName("[BR28] a view that was written over damages nobody's file, and is made anew")
  void writtenOver() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    byte[] content = content(1, 3 << 20);
    Path own = file("anna/a.png", content);
    watch(anna, own, Kind.ONE);
    List<SceneFiles.Content> files = looked(anna, own).files();
    Path view = want(ben, "01", "C:\\a.png", files);
    Files.write(view, content(2, 3 << 20));
    Path other = want(ben, "02", "C:\\a.png", files);
    assertArrayEquals(content, Files.readAllBytes(other));
    assertArrayEquals(content(2, 3 << 20), Files.readAllBytes(view));
    want(ben, "01", "C:\\a.png", files);
    assertArrayEquals(content, Files.readAllBytes(view));
  }

  @Test
  @DisplayName("[BR27, BR28] over a new connect files are offered again, and go on being wanted")
  void connectedAgain() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    Path own = file("anna/a.png", content(1, 100_000));
    watch(anna, own, Kind.ONE);
    List<SceneFiles.Content> files = looked(anna, own).files();
    Path later = file("later.png", content(2, 100_000));
    SceneFiles.Content unoffered =
        new SceneFiles.Content("later.png", digestOf(later), Files.size(later));
    ben.want(List.of(wanted("01", "C:\\later.png", List.of(unoffered))));
    await(() -> down(ben).files() == 1);
    agents.forEach(AgentRuntime::disconnect);
    server.close();
    server = MemoryServer.encrypted();
    connect(agents.get(0), "anna", server.port);
    connect(agents.get(1), "ben", server.port);
    Path view = want(ben, "02", "C:\\a.png", files);
    assertArrayEquals(content(1, 100_000), Files.readAllBytes(view));
    assertEquals(null, ready(ben, "01"));
    watch(anna, later, Kind.ONE);
    await(() -> ready(ben, "01") != null);
    assertArrayEquals(content(2, 100_000), Files.readAllBytes(Path.of(ready(ben, "01"))));
  }

  @Test
  @DisplayName("[BR30, BR31] what is cancelled rests until it is resumed, and progress tells of it")
  void cancelled() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    anna.limitUpload(4 << 20);
    byte[] content = content(1, 12 << 20);
    Path own = file("anna/film.mov", content);
    watch(anna, own, Kind.ONE);
    List<SceneFiles.Content> files = looked(anna, own).files();
    await(() -> anna.progress().up().doneBytes() > 0);
    SceneFiles.Sum up = anna.progress().up();
    assertEquals(new SceneFiles.Sum(up.doneBytes(), 12 << 20, 1), up);
    SceneFiles.Moving moving = anna.progress().moving().get(0);
    assertEquals("film.mov", moving.name());
    assertEquals(Transfer.State.MOVING, moving.transfer().state());
    anna.cancel();
    await(() -> anna.progress().moving().isEmpty());
    ben.want(List.of(wanted("01", "C:\\film.mov", files)));
    Thread.sleep(500);
    assertEquals(null, ready(ben, "01"));
    anna.limitUpload(0);
    anna.resume();
    await(() -> ready(ben, "01") != null);
    assertArrayEquals(content, Files.readAllBytes(Path.of(ready(ben, "01"))));
    await(() -> anna.progress().equals(SceneFiles.NONE.progress()));
  }

  @Test
  @DisplayName(
      "[FT2, FT6] who waits is told that the one who brings a file left, and gets another's")
  void left() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    SceneFiles carl = join("carl");
    byte[] content = content(1, 12 << 20);
    // It takes 48 s: she leaves before it is through, however busy the machine is.
    anna.limitUpload(256 << 10);
    watch(anna, file("anna/film.mov", content), Kind.ONE);
    List<SceneFiles.Content> files = looked(anna, folder.resolve("anna/film.mov")).files();
    await(() -> anna.progress().up().doneBytes() > 0);
    ben.want(List.of(wanted("01", "C:\\film.mov", files)));
    await(() -> down(ben).files() == 1);
    agents.get(0).disconnect();
    await(() -> !told(ben).problems.isEmpty());
    String problem = told(ben).problems.get(0);
    assertTrue(problem.startsWith("film.mov: ") && problem.contains("left"), problem);
    watch(carl, file("carl/other.mov", content), Kind.ONE);
    await(() -> ready(ben, "01") != null);
    assertArrayEquals(content, Files.readAllBytes(Path.of(ready(ben, "01"))));
    assertEquals(1, told(ben).problems.size());
  }

  @Test
  @DisplayName("a cache that is full makes room for what is fetched, and only for that")
  void evicted() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben", 8 << 20);
    for (int i = 1; i <= 4; i++) {
      byte[] content = content(i, 3 << 20);
      Path own = file("anna/" + i + ".exr", content);
      watch(anna, own, Kind.ONE);
      Path view = want(ben, "0" + i, "C:\\" + i + ".exr", looked(anna, own).files());
      assertArrayEquals(content, Files.readAllBytes(view));
    }
    Path own = file("anna/large.exr", content(9, 9 << 20));
    watch(anna, own, Kind.ONE);
    ben.want(List.of(wanted("09", "C:\\large.exr", looked(anna, own).files())));
    await(() -> !told(ben).problems.isEmpty());
    assertTrue(told(ben).problems.get(0).contains("8 MB that it may"), told(ben).problems.get(0));
    assertFalse(told(ben).ready.containsKey(key("09")));
  }

  @Test
  @DisplayName(
      "[BR29] the listener is told of news and progress, and of nothing while all is quiet")
  void listened() throws Exception {
    SceneFiles anna = join("anna");
    AtomicInteger count = new AtomicInteger();
    anna.listen(count::incrementAndGet);
    Path own = file("anna/a.png", content(1, 100));
    watch(anna, own, Kind.ONE);
    await(() -> count.get() > 0);
    looked(anna, own);
    await(() -> anna.progress().up().files() == 0);
    Thread.sleep(700);
    int before = count.get();
    Thread.sleep(700);
    assertEquals(before, count.get());
    assertTrue(before <= 8, before + " times");
  }

  @Test
  @DisplayName("of the versions of a picture that came nothing is left among the transfers")
  void versions() throws Exception {
    SceneFiles anna = join("anna");
    SceneFiles ben = join("ben");
    for (int i = 1; i <= 3; i++) {
      Path own = file("anna/" + i + ".png", content(i, 100_000 * i));
      watch(anna, own, Kind.ONE);
      Path view = want(ben, "01", "C:\\wood.png", looked(anna, own).files());
      assertArrayEquals(content(i, 100_000 * i), Files.readAllBytes(view));
    }
    AgentRuntime agent = agents.get(1);
    await(() -> agent.files().transfers().isEmpty());
  }

  // --- the played artists ---

  private SceneFiles join(String name) throws Exception {
    return join(name, QUOTA_BYTES);
  }

  private SceneFiles join(String name, long quotaBytes) throws Exception {
    Path cache = folder.resolve("caches").resolve(name);
    AgentRuntime agent = new AgentRuntime(null, new LocalFiles(cache, quotaBytes));
    agents.add(agent);
    connect(agent, name, server.port);
    return agent.sceneFiles();
  }

  private Path file(String name, byte[] content) throws IOException {
    return write(folder.resolve(name), content);
  }

  private static String key(String end) {
    return "0".repeat(32 - end.length()) + end;
  }

  private static SceneFiles.Wanted wanted(String key, String path, List<SceneFiles.Content> files) {
    return new SceneFiles.Wanted(
        key(key),
        path,
        files.stream().map(it -> new SceneFiles.Named(it.name(), it.file().hex())).toList());
  }

  private static void watch(SceneFiles files, Path path, Kind kind) {
    files.watch(List.of(new SceneFiles.Own(path.toString(), kind)));
  }

  /** What a path stands for, once it was looked through. */
  private SceneFiles.Looked looked(SceneFiles files, Path path) throws InterruptedException {
    await(() -> told(files).looked.containsKey(path.toString()));
    return told(files).looked.get(path.toString());
  }

  /** Where it is, once it is there. */
  private Path want(SceneFiles files, String key, String path, List<SceneFiles.Content> contents)
      throws InterruptedException {
    told(files).ready.remove(key(key));
    files.want(List.of(wanted(key, path, contents)));
    await(() -> ready(files, key) != null);
    return Path.of(ready(files, key));
  }

  private String ready(SceneFiles files, String key) {
    return told(files).ready.get(key(key));
  }

  private static SceneFiles.Sum down(SceneFiles files) {
    return files.progress().down();
  }

  private Told told(SceneFiles files) {
    Told all = told.computeIfAbsent(files, key -> new Told());
    SceneFiles.News news = files.news();
    news.looked().forEach(it -> all.looked.put(it.own().path(), it));
    news.ready().forEach(it -> all.ready.put(it.key(), it.path()));
    news.problems().forEach(it -> all.problems.add(it.text()));
    return all;
  }
}
