package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.file.Manifest;

/** What a cache loses that nobody used for long, and what stays. */
class OldViewsTest {
  private final Instant now = Instant.now();
  private final Instant longAgo = now.minus(Duration.ofDays(100));

  @TempDir private Path folder;
  private LocalFiles files;

  @BeforeEach
  void open() throws IOException {
    files = new LocalFiles(folder.resolve("cache"), 1 << 20);
  }

  @Test
  @DisplayName("a view, and a tree of them, that was not used for long is removed, others stay")
  void views() throws IOException {
    Path old = view("01", "a.png", longAgo);
    Path tree = view("02", "p/q/a.blend", longAgo);
    Path fresh = view("03", "a.png", now);
    Path used = view("04", "a.png", longAgo);
    files.use(key("04"));
    files.use(key("05"));
    files.removeOld(now);
    assertFalse(Files.exists(old.getParent()));
    assertFalse(Files.exists(files.view(key("02"))), tree.toString());
    assertTrue(Files.exists(fresh));
    assertTrue(Files.exists(used));
    assertFalse(Files.exists(files.view(key("05"))), "nobody made it");
    files.removeOld(now.plus(Duration.ofDays(91)));
    assertFalse(Files.exists(fresh));
  }

  @Test
  @DisplayName("what was saved over in a view, or read of it, counts as its use")
  void savedOver() throws IOException {
    Path saved = view("01", "p/a.png", longAgo);
    Files.setLastModifiedTime(saved, FileTime.from(now));
    Path read = view("02", "a.png", longAgo);
    times(read, longAgo, now);
    files.removeOld(now);
    assertTrue(Files.exists(saved));
    assertTrue(Files.exists(read));
  }

  @Test
  @DisplayName("nothing else in the folder goes, nor what a link in a view leads to")
  void nothingElse() throws IOException {
    Path other = Files.createDirectories(files.view("somebody's"));
    times(other, longAgo, longAgo);
    Path own = Files.write(folder.resolve("own.png"), new byte[3]);
    Path view = view("01", "a.png", longAgo).getParent();
    Files.createSymbolicLink(view.resolve("link"), folder.resolve("own.png"));
    Files.createSymbolicLink(files.view(key("02")), folder);
    BasicFileAttributeView link =
        Files.getFileAttributeView(
            view.resolve("link"), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    link.setTimes(FileTime.from(longAgo), FileTime.from(longAgo), null);
    times(view, longAgo, longAgo);
    Files.createDirectories(files.view(".removed-1").resolve("half"));
    files.removeOld(now);
    assertTrue(Files.exists(other));
    assertTrue(Files.exists(own));
    assertTrue(Files.isSymbolicLink(files.view(key("02"))));
    assertFalse(Files.exists(view));
    assertFalse(Files.exists(files.view(".removed-1")));
  }

  @Test
  @DisplayName("a manifest that was not used for long is forgotten, one that is looked up is used")
  void manifests() throws IOException {
    Manifest old = manifest("old");
    Manifest used = manifest("used");
    Manifest known = manifest("known");
    for (Manifest manifest : new Manifest[] {old, used, known}) {
      files.keep(manifest);
      Path path = folder.resolve("cache/manifests").resolve(manifest.file().hex() + ".manifest");
      Files.setLastModifiedTime(path, FileTime.from(longAgo));
    }
    assertEquals(Optional.of(used), files.manifest(used.file()));
    assertEquals(Optional.of(known), files.known(known.file()));
    files.removeOld(now);
    assertEquals(Optional.empty(), files.manifest(old.file()));
    assertEquals(Optional.of(used), files.manifest(used.file()));
    assertEquals(Optional.of(known), files.known(known.file()));
  }

  private static String key(String end) {
    return "0".repeat(32 - end.length()) + end;
  }

  private Path view(String key, String name, Instant time) throws IOException {
    Path file = files.view(key(key)).resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[1]);
    times(file, time, time);
    times(files.view(key(key)), time, time);
    return file;
  }

  private static void times(Path path, Instant changed, Instant read) throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class)
        .setTimes(FileTime.from(changed), FileTime.from(read), null);
  }

  private Manifest manifest(String text) throws IOException {
    Path file = Files.writeString(folder.resolve(text), text);
    return FileCutter.cut(file, (chunk, content) -> {});
  }
}
