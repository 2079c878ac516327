package org.multiuser.files.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.SceneFiles;
import org.multiuser.files.content.FileCutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

class WantedFilesTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final String TREE = "00000000000000000000000000000000";
  private static final String OTHER = "ffffffffffffffffffffffffffffffff";

  @TempDir Path folder;
  private final List<String> told = new ArrayList<>();
  private final List<Digest> done = new ArrayList<>();
  private final Map<Digest, Manifest> known = new HashMap<>();
  private final WantedFiles files =
      new WantedFiles(
          key -> views().resolve(key), file -> Optional.ofNullable(known.get(file)), new Told());

  @Test
  @DisplayName(
      "[BR28] a hostile peer who names a path: what is fetched does not tell what is there")
  void oracle() throws IOException {
    Path secret = write("own/secret.png", "secret");
    want(KEY, secret.toString(), "secret.png", "secret");
    want(OTHER, secret.resolveSibling("none.png").toString(), "none.png", "secret");
    files.described(digest("secret"));
    assertEquals(List.of("fetch secret.png", "fetch none.png"), told());
    arrive(OTHER, "none.png", "secret");
    arrive(KEY, "secret.png", "secret");
    assertEquals(List.of("ready " + view(OTHER, "none.png"), "ready " + secret), told());
  }

  @Test
  @DisplayName("[BR28] where the owner's path has the same content here, it is used once it came")
  void inPlace() throws IOException {
    write("own/a.1001.png", "1");
    write("own/a.1002.png", "2");
    String tiles = folder.resolve("own/a.<UDIM>.png").toString();
    want(KEY, tiles, "a.1001.png", "1", "a.1002.png", "2");
    assertEquals(List.of("fetch a.1001.png", "fetch a.1002.png"), told());
    arrive(KEY, "a.1001.png", "1");
    assertEquals(List.of(), told());
    arrive(KEY, "a.1002.png", "2");
    assertEquals(List.of("ready " + tiles), told());
  }

  @Test
  @DisplayName("[BR33] in a shared folder what is the same is not fetched, and only there")
  void shared() throws IOException {
    files.share(List.of("no path", "\0", folder.resolve("own/x/..").toString()));
    Path wood = write("own/wood.png", "wood");
    Path oak = write("own/oak.png", "another");
    Path near = write("owner/wood.png", "wood");
    want(KEY, wood.toString(), "wood.png", "wood");
    want(OTHER, oak.toString(), "oak.png", "oak");
    want(TREE, near.toString(), "near.png", "wood");
    assertEquals(List.of("fetch wood.png", "fetch oak.png", "fetch near.png"), told());
    files.described(digest("wood"));
    files.described(digest("oak"));
    assertEquals(List.of("drop wood.png", "ready " + wood), told(), "the last one is elsewhere");
    arrive(OTHER, "oak.png", "oak");
    assertEquals(List.of("ready " + view(OTHER, "oak.png")), told());
    want(KEY, wood.toString(), "wood.png", "wood", "gone.png", "gone");
    files.described(digest("wood"));
    assertEquals(List.of("fetch wood.png", "fetch gone.png"), told(), "not all is known");
    files.described(digest("gone"));
    assertEquals(List.of(), told(), "never half of it");
  }

  @Test
  @DisplayName("[BR33] a shared folder may be another machine's; looked is in it and nowhere else")
  void sharedElsewhere() {
    List<Path> job = List.of(Path.of("/net/host/job"));
    assertTrue(ToldPath.of("/net/host/job/a.png", job).isPresent());
    assertTrue(ToldPath.of("/net/host/jobs/a.png", job).isEmpty());
    assertTrue(ToldPath.of("/net/host/job/../a.png", job).isEmpty());
  }

  @Test
  @DisplayName("[BR28] a large file is compared by and by: others' small ones come before its end")
  void large() throws IOException {
    String large = "0123456789abcdef".repeat(4 << 20);
    write("views/" + KEY + "/large.mov", large);
    write("views/" + OTHER + "/small.png", "small");
    want(KEY, "", "large.mov", large);
    want(OTHER, "", "small.png", "small");
    assertEquals(
        List.of("ready " + view(OTHER, "small.png"), "ready " + view(KEY, "large.mov")), told());
  }

  @Test
  @DisplayName("[BR28] another content at the owner's path is left alone, the right one is fetched")
  void elsewhere() throws IOException {
    Path wood = write("own/wood.png", "oak");
    want(KEY, wood.toString(), "wood.png", "wood");
    assertEquals(List.of("fetch wood.png"), told());
    arrive(KEY, "wood.png", "wood");
    assertEquals(List.of("ready " + view(KEY, "wood.png")), told());
    assertEquals("oak", Files.readString(wood));
  }

  @Test
  @DisplayName("[BR28] nobody looks at shares, at devices, or where a name leads elsewhere")
  void nowhere() throws IOException {
    write("own/wood.png", "wood");
    String own = folder.resolve("own").toString();
    for (String path :
        List.of(
            "/" + own + "/wood.png",
            "\\\\host\\own\\wood.png",
            own + "/../own/wood.png",
            "/net/host/wood.png",
            "own/wood.png",
            "C:\\own\\wood.png",
            "\0")) {
      assertTrue(ToldPath.of(path).isEmpty(), path);
    }
    assertTrue(ToldPath.of("/").isEmpty(), "no file");
    Path wood = ToldPath.of(own + "/wood.png").orElseThrow();
    assertEquals(folder.resolve("own/wood.png"), wood);
    Path there = wood.getParent();
    for (String name :
        List.of("..", ".", "", "../x", "a/../b", "a/b", "a\\b", "/etc/passwd", "\0")) {
      assertTrue(ToldPath.in(there, name).isEmpty(), name);
    }
    want(KEY, own + "/x.png", "../own/wood.png", "wood");
    assertEquals(List.of("fetch wood.png"), told());
  }

  @Test
  @DisplayName("[BR28] a library is used where its owner has it, if all that it needs is there too")
  void libraryInPlace() throws IOException {
    Path lib = write("p/lib/x.blend", "lib");
    Path wood = write("q/wood.png", "wood");
    String[] all = {"p/lib/x.blend", lib.toString(), "lib", "q/wood.png", wood.toString(), "wood"};
    wantInTree(KEY, all);
    assertEquals(List.of("fetch x.blend", "fetch wood.png"), told());
    arrive(TREE, "p/lib/x.blend", "lib");
    arrive(TREE, "q/wood.png", "wood");
    assertEquals(List.of("ready " + lib), told());
    write("q/wood.png", "another");
    wantInTree(KEY, all);
    assertEquals(List.of("ready " + view(TREE, "p/lib/x.blend")), told(), "never half of it");
    wantInTree(OTHER, "p/lib/x.blend", lib.toString(), "lib", "net/x.png", "/net/host/x", "wood");
    assertEquals(List.of("fetch x.png"), told());
    arrive(TREE, "net/x.png", "wood");
    assertEquals(List.of("ready " + view(TREE, "p/lib/x.blend")), told(), "nobody looks there");
  }

  @Test
  @DisplayName(
      "[BR28] libraries of one disk lie in one tree by their whole paths, and nowhere else")
  void libraryInTree() throws IOException {
    wantInTree(KEY, "C_/p/x.blend", "C:\\p\\x.blend", "lib", "q/Bücher/鈴.png", "/q/鈴.png", "wood");
    assertEquals(List.of("fetch x.blend", "fetch 鈴.png"), told());
    arrive(TREE, "C_/p/x.blend", "lib");
    arrive(TREE, "q/Bücher/鈴.png", "wood");
    assertEquals(List.of("ready " + view(TREE, "C_/p/x.blend")), told());
    wantInTree(OTHER, "C_/p/y.blend", "C:\\p\\y.blend", "y", "q/Bücher/鈴.png", "/q/鈴.png", "wood");
    assertEquals(List.of("fetch y.blend"), told(), "the other is there");
    wantInTree(KEY, "../../x.blend", "", "lib", "/etc/../CON/..\\y.png", "", "wood");
    assertEquals(List.of("fetch x.blend", "fetch y.png"), told());
    arrive(TREE, "file/file/x.blend", "lib");
    arrive(TREE, "file/etc/file/_CON/y.png", "wood");
    assertEquals(List.of("ready " + view(TREE, "file/file/x.blend")), told(), "below its tree");
    for (String tree : List.of("..", "../" + TREE, "")) {
      List<SceneFiles.Named> none = List.of();
      assertThrows(
          IllegalArgumentException.class, () -> new SceneFiles.Wanted(KEY, "", none, tree));
    }
  }

  @Test
  @DisplayName("[BR28] what two libraries need in one place is made once and counts for both")
  void librariesShare() throws IOException {
    wantInTree(KEY, "p/x.blend", "/p/x.blend", "x", "p/y.png", "/p/y.png", "wood");
    wantInTree(OTHER, "p/z.blend", "/p/z.blend", "z", "p/y.png", "/p/y.png", "wood");
    assertEquals(List.of("fetch x.blend", "fetch y.png", "fetch z.blend", "fetch y.png"), told());
    wantInTree(KEY, "p/x.blend", "/p/x.blend", "x");
    assertEquals(List.of("drop x.blend last", "fetch x.blend"), told(), "the other wants it");
    wantInTree(KEY, "p/x.blend", "/p/x.blend", "x", "p/y.png", "/p/y.png", "wood");
    assertEquals(List.of("drop x.blend last", "fetch x.blend", "fetch y.png"), told());
    arrive(TREE, "p/y.png", "wood");
    arrive(TREE, "p/z.blend", "z");
    arrive(TREE, "p/x.blend", "x");
    assertEquals(
        List.of("ready " + view(TREE, "p/z.blend"), "ready " + view(TREE, "p/x.blend")), told());
  }

  @Test
  @DisplayName("[BR28] a library that was saved anew is made anew in its place")
  void librarySavedAnew() throws IOException {
    wantInTree(KEY, "p/x.blend", "/p/x.blend", "1", "p/y.png", "/p/y.png", "wood");
    assertEquals(List.of("fetch x.blend", "fetch y.png"), told());
    arrive(TREE, "p/x.blend", "1");
    arrive(TREE, "p/y.png", "wood");
    assertEquals(List.of("ready " + view(TREE, "p/x.blend")), told());
    wantInTree(KEY, "p/x.blend", "/p/x.blend", "2", "p/y.png", "/p/y.png", "wood");
    assertEquals(List.of("fetch x.blend"), told());
    arrive(TREE, "p/x.blend", "2");
    assertEquals(List.of("ready " + view(TREE, "p/x.blend")), told());
  }

  @Test
  @DisplayName("[BR28] what is in the view is used, and what was written over there is made anew")
  void inView() throws IOException {
    write("views/" + KEY + "/a.1001.png", "1");
    write("views/" + KEY + "/a.1002.png", "written over");
    want(KEY, "D:\\x\\a.<UDIM>.png", "a.1001.png", "1", "a.1002.png", "2");
    assertEquals(List.of("fetch a.1002.png"), told());
    arrive(KEY, "a.1002.png", "2");
    assertEquals(List.of("ready " + view(KEY, "a.<UDIM>.png")), told());
    want(KEY, "D:\\x\\a.<UDIM>.png", "a.1001.png", "1", "a.1002.png", "2");
    assertEquals(List.of("ready " + view(KEY, "a.<UDIM>.png")), told());
  }

  @Test
  @DisplayName("[BR28] what failed is told once, and tried again when it is wanted again")
  void failed() throws IOException {
    want(KEY, "", "a.png", "a");
    want(OTHER, "", "a.png", "a");
    assertEquals(List.of("fetch a.png", "fetch a.png"), told());
    want(KEY, "", "a.png", "a");
    assertEquals(List.of(), told(), "on its way");
    files.failed(Map.of(digest("a"), "full"));
    files.failed(Map.of(digest("a"), "full"));
    assertEquals(List.of("problem full", "problem full"), told());
    want(KEY, "", "a.png", "a");
    assertEquals(List.of("drop a.png", "fetch a.png"), told());
    arrive(KEY, "a.png", "a");
    assertEquals(List.of("ready " + view(KEY, "a.png")), told());
    files.fetchAgain();
    assertEquals(List.of("fetch a.png"), told(), "of the other one");
  }

  @Test
  @DisplayName("[BR28] of what is wanted anew by the same key the former counts no more")
  void replaced() throws IOException {
    want(KEY, "/x/a.png", "a.png", "a");
    want(KEY, "/x/a.png", "a.png", "b");
    assertEquals(List.of("fetch a.png"), told(), "it was not looked at before");
    want(KEY, "/x/a.png", "a.png", "c");
    assertEquals(List.of("drop a.png last", "fetch a.png"), told());
    arrive(KEY, "a.png", "b");
    assertEquals(List.of(), told(), "came too late");
    arrive(KEY, "a.png", "c");
    assertEquals(List.of("ready " + view(KEY, "a.png")), told());
  }

  @Test
  @DisplayName("[BR28] what a peer makes up is a problem that is told, and a wrong key is refused")
  void madeUp() throws IOException {
    want(KEY, "", "x?.png", "1", "x*.png", "2");
    assertTrue(told().get(0).startsWith("problem Two files"));
    files.want(new SceneFiles.Wanted(KEY, "", List.of(new SceneFiles.Named("a", "no digest"))));
    files.want(new SceneFiles.Wanted(KEY, "", List.of()));
    want(KEY, "a".repeat(300) + "<UDIM>", "a", "1");
    assertEquals(3, told().stream().filter(it -> it.startsWith("problem ")).count());
    for (String key : List.of("", "..", KEY + "0", KEY.replace('0', '/'), KEY.replace('a', 'A'))) {
      assertThrows(IllegalArgumentException.class, () -> new SceneFiles.Wanted(key, "", List.of()));
    }
  }

  @Test
  @DisplayName("what is made wherever it is wanted is done with, and never before")
  void done() throws IOException {
    want(KEY, "", "a.png", "a", "b.png", "b");
    want(OTHER, "", "a.png", "a");
    told();
    arrive(KEY, "a.png", "a");
    assertEquals(List.of(), done, "the other one waits for it");
    arrive(OTHER, "a.png", "a");
    assertEquals(List.of(digest("a")), done);
    want(KEY, "", "a.png", "c");
    assertEquals(List.of("drop b.png last", "fetch a.png"), told().subList(1, 3));
    arrive(KEY, "a.png", "b");
    assertEquals(List.of(digest("a")), done, "came too late");
    arrive(KEY, "a.png", "c");
    assertEquals(List.of(digest("a"), digest("c")), done);
  }

  @Test
  @DisplayName(
      "what cannot be made in an unforeseen way is told, and the next is made all the same")
  void unforeseen() throws IOException {
    WantedFiles frail =
        new WantedFiles(
            key -> {
              if (key.equals(KEY)) {
                throw new IllegalStateException("no such folder");
              }
              return views().resolve(key);
            },
            file -> Optional.empty(),
            new Told());
    List<SceneFiles.Named> one = List.of(new SceneFiles.Named("a.png", digest("a").hex()));
    List.of(KEY, OTHER).forEach(key -> frail.want(new SceneFiles.Wanted(key, "", one)));
    assertTrue(told.get(0).startsWith("problem "), told.toString());
    frail.step();
    assertEquals("fetch a.png", told.get(1));
  }

  // --- the played session ---

  private Path views() {
    return folder.resolve("views");
  }

  private Path view(String key, String name) {
    return views().resolve(key).resolve(name);
  }

  private Path write(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private Digest digest(String content) throws IOException {
    Manifest manifest = FileCutter.cut(write("scratch", content), (chunk, bytes) -> {});
    known.put(manifest.file(), manifest);
    return manifest.file();
  }

  private void want(String key, String path, String... namesAndContents) throws IOException {
    List<SceneFiles.Named> all = new ArrayList<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      all.add(new SceneFiles.Named(namesAndContents[i], digest(namesAndContents[i + 1]).hex()));
    }
    files.want(new SceneFiles.Wanted(key, path, all));
  }

  /** Each by its place in the tree, its owner's path, and its content. */
  private void wantInTree(String key, String... each) throws IOException {
    List<SceneFiles.Named> all = new ArrayList<>();
    for (int i = 0; i < each.length; i += 3) {
      all.add(new SceneFiles.Named(each[i], digest(each[i + 2]).hex(), each[i + 1]));
    }
    files.want(new SceneFiles.Wanted(key, each[1], all, TREE));
  }

  private void arrive(String folder, String name, String content) throws IOException {
    write("views/" + folder + "/" + name, content);
    files.here(digest(content), view(folder, name));
  }

  private List<String> told() {
    boolean more = true;
    while (more) {
      more = files.step();
    }
    List<String> all = List.copyOf(told);
    told.clear();
    return all;
  }

  private final class Told implements WantedFiles.Listener {
    @Override
    public void fetch(Digest file, Path target) {
      told.add("fetch " + target.getFileName());
    }

    @Override
    public void drop(Digest file, Path target, boolean isLast) {
      told.add("drop " + target.getFileName() + (isLast ? " last" : ""));
    }

    @Override
    public void done(Digest file) {
      done.add(file);
    }

    @Override
    public void ready(SceneFiles.Ready ready) {
      told.add("ready " + ready.path());
    }

    @Override
    public void problem(String key, String text) {
      told.add("problem " + text);
    }
  }
}
