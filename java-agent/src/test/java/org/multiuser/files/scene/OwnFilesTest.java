package org.multiuser.files.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.SceneFiles.Kind;
import org.multiuser.files.content.FileCutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

class OwnFilesTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;
  private long nowNanos;
  private final List<String> told = new ArrayList<>();
  private Runnable whileCut = () -> {};
  private final OwnFiles files = new OwnFiles(this::cut, () -> nowNanos, new Told());

  @Test
  @DisplayName("[BR27] a file is offered and told, and again when it changed and was left alone")
  void changed() throws IOException {
    Path wood = write("wood.png", "wood");
    watch(wood, Kind.ONE);
    watch(wood, Kind.ONE);
    assertEquals(List.of("offer wood.png", "looked ONE [wood.png:4]"), told());
    seconds(10);
    assertEquals(List.of(), told());
    write("wood.png", "oak");
    seconds(2);
    write("wood.png", "mahogany");
    seconds(1);
    assertEquals(List.of(), told(), "it may be changing still");
    seconds(3);
    assertEquals(List.of("offer wood.png", "withdraw", "looked ONE [wood.png:8]"), told());
  }

  @Test
  @DisplayName(
      "[BR27] a file that went away stays what it was; one that never was there is missing")
  void gone() throws IOException {
    Path wood = write("wood.png", "wood");
    Path sky = folder.resolve("sky.png");
    watch(wood, Kind.ONE);
    watch(sky, Kind.ONE);
    assertEquals(List.of("looked ONE []", "offer wood.png", "looked ONE [wood.png:4]"), told());
    Files.delete(wood);
    seconds(10);
    assertEquals(List.of(), told());
    assertEquals(1, files.offered().size());
    write("sky.png", "sky");
    write("wood.png", "wood");
    seconds(10);
    assertEquals(List.of("offer sky.png", "looked ONE [sky.png:3]"), told());
  }

  @Test
  @DisplayName("[BR27] only an ordinary file counts, at an absolute path")
  void noFile() throws IOException {
    Files.createDirectory(folder.resolve("folder.png"));
    for (String path :
        List.of(folder.resolve("folder.png").toString(), "/dev/zero", "wood.png", "", "\0", "/")) {
      files.watch(new SceneFiles.Own(path, Kind.ONE));
      files.watch(new SceneFiles.Own(path, Kind.SEQUENCE));
    }
    step();
    assertEquals(12, told.stream().filter(it -> it.endsWith("[]")).count(), told.toString());
    assertEquals(12, told().size());
  }

  @Test
  @DisplayName("[BR27] a set is told once all of it is known, and again when it grows")
  void grows() throws IOException {
    write("a.0001.png", "1");
    write("a.0002.png", "22");
    write("b.0001.png", "other");
    watch(folder.resolve("a.0002.png"), Kind.SEQUENCE);
    assertEquals(
        List.of(
            "offer a.0001.png", "offer a.0002.png", "looked SEQUENCE [a.0001.png:1, a.0002.png:2]"),
        told());
    write("a.0003.png", "333");
    write("c.png", "no matter");
    seconds(5);
    assertEquals(
        List.of("offer a.0003.png", "looked SEQUENCE [a.0001.png:1, a.0002.png:2, a.0003.png:3]"),
        told());
    watch(folder.resolve("b.<UDIM>.png"), Kind.TILES);
    assertEquals(List.of("looked TILES []"), told());
    write("b.1001.png", "tile");
    seconds(5);
    assertEquals(List.of("offer b.1001.png", "looked TILES [b.1001.png:4]"), told());
  }

  @Test
  @DisplayName("[BR27] what changes while it is looked through is looked through once more")
  void changesMeanwhile() throws IOException {
    Path film = write("film.mov", "be");
    whileCut = () -> write("film.mov", "beginning");
    watch(film, Kind.ONE);
    assertEquals(List.of(), told());
    whileCut = () -> {};
    seconds(4);
    assertEquals(List.of("offer film.mov", "looked ONE [film.mov:9]"), told());
  }

  @Test
  @DisplayName("[BR27] one content in two files is withdrawn when neither has it any more")
  void twice() throws IOException {
    watch(write("a.png", "same"), Kind.ONE);
    watch(write("b.png", "same"), Kind.ONE);
    told();
    assertEquals(1, files.offered().size());
    write("a.png", "another");
    seconds(5);
    assertEquals(List.of("offer a.png", "looked ONE [a.png:7]"), told());
    write("b.png", "third");
    seconds(5);
    assertEquals(List.of("offer b.png", "withdraw", "looked ONE [b.png:5]"), told());
  }

  @Test
  @DisplayName("[BR27] thousands of files are looked at again by and by")
  void many() throws IOException {
    for (int i = 0; i < 2_500; i++) {
      write("f%04d.png".formatted(i), "x");
    }
    watch(folder.resolve("f0000.png"), Kind.SEQUENCE);
    told();
    write("f2499.png", "yy");
    seconds(9);
    assertEquals(2, told().size());
  }

  @Test
  @DisplayName("[BR27] of more files than may belong together the first are shared, and it is told")
  void tooMany() throws IOException {
    for (int i = 0; i < 10_001; i++) {
      Files.createFile(folder.resolve("f%05d".formatted(i)));
    }
    watch(folder.resolve("f00000"), Kind.SEQUENCE);
    List<String> all = told();
    assertTrue(all.get(0).startsWith("problem More than 10000 files"), all.get(0));
    assertTrue(all.get(all.size() - 1).endsWith("f09999:0]"));
    seconds(4);
    assertEquals(List.of(), told());
  }

  // --- the played disk, clock and session ---

  private Path write(String name, String text) {
    try {
      Path path = folder.resolve(name);
      Files.deleteIfExists(path); // So that it differs however coarse the disk's clock is.
      return Files.writeString(path, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Manifest cut(Path path) throws IOException {
    Manifest manifest = FileCutter.cut(path, (chunk, bytes) -> {});
    whileCut.run();
    return manifest;
  }

  private void watch(Path path, Kind kind) {
    files.watch(new SceneFiles.Own(path.toString(), kind));
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      nowNanos += SECOND;
      files.look();
      step();
    }
  }

  private void step() {
    boolean more = true;
    while (more) {
      more = files.step();
    }
  }

  private List<String> told() {
    step();
    List<String> all = List.copyOf(told);
    told.clear();
    return all;
  }

  private final class Told implements OwnFiles.Listener {
    @Override
    public void offer(Manifest manifest, String name) {
      told.add("offer " + name);
    }

    @Override
    public void withdraw(Digest content) {
      told.add("withdraw");
    }

    @Override
    public void looked(SceneFiles.Looked looked) {
      List<String> all = looked.files().stream().map(it -> it.name() + ":" + it.bytes()).toList();
      told.add("looked " + looked.own().kind() + " " + all);
    }

    @Override
    public void problem(SceneFiles.Own own, String text) {
      told.add("problem " + text);
    }
  }
}
