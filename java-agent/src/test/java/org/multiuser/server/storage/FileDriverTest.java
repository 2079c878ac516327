package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Link;

class FileDriverTest {
  private static final byte[] CONTENT = new byte[100_000];
  private static final Digest CHUNK;
  private static final long GRACE_MILLIS = 60_000;

  static {
    new Random(1).nextBytes(CONTENT);
    CHUNK = Digest.ofContent(CONTENT);
  }

  @TempDir private Path folder;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Manifest file =
      ManifestCodec.of(List.of(new Manifest.Chunk(CHUNK, CONTENT.length)));
  private final AtomicLong nowMillis = new AtomicLong(1_700_000_000_000L);
  private FileDriver driver;

  @BeforeEach
  void open() {
    driver = new FileDriver(folder, 1 << 20, GRACE_MILLIS, nowMillis::get, events::add);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private <T extends Event> T next(Class<T> kind) throws InterruptedException {
    return assertInstanceOf(kind, events.poll(10, TimeUnit.SECONDS));
  }

  private void keep(String session) throws InterruptedException {
    driver.keep(new Effect.KeepChunk(session, CHUNK, CONTENT));
    next(Event.ChunkKept.class);
    driver.keep(new Effect.KeepManifest(session, file));
    assertTrue(next(Event.FileFound.class).isComplete());
  }

  private Event.FileFound find() throws InterruptedException {
    driver.find(new Effect.FindFile("main", file.file()));
    return next(Event.FileFound.class);
  }

  private Event.FileFound check(Manifest manifest) throws InterruptedException {
    byte[] bytes = ManifestCodec.encode(manifest);
    driver.check(new Effect.CheckManifest("main", manifest.file(), bytes));
    return next(Event.FileFound.class);
  }

  @Test
  @DisplayName(
      "[FT4] what is kept is found, also by a server that was started anew, in its session")
  void keeps() throws Exception {
    assertEquals(Map.of(CHUNK, CONTENT.length), check(file).missing());
    driver.keep(new Effect.KeepChunk("main", CHUNK, CONTENT));
    assertEquals(CONTENT.length, next(Event.ChunkKept.class).length());
    assertTrue(!check(file).isComplete(), "its manifest is not kept");
    driver.keep(new Effect.KeepManifest("main", file));
    assertTrue(next(Event.FileFound.class).isComplete());
    driver.close();
    open();
    driver.find(new Effect.FindFile("main", file.file()));
    assertTrue(next(Event.FileFound.class).isComplete());
    Link link = new Link(Channel.SUBSCRIBER, 1);
    driver.read(new Effect.ReadChunk("main", link, CHUNK));
    assertArrayEquals(CONTENT, next(Event.ChunkRead.class).content());
    driver.read(new Effect.ReadChunk("other", link, CHUNK));
    assertNull(next(Event.ChunkRead.class).content(), "another session's");
  }

  @Test
  @DisplayName(
      "[FI1, FI3, FI4] a manifest that is none, another's, or lies about a length is wrong")
  void wrong() throws Exception {
    driver.keep(new Effect.KeepChunk("main", CHUNK, CONTENT));
    next(Event.ChunkKept.class);
    Manifest lie = ManifestCodec.of(List.of(new Manifest.Chunk(CHUNK, 5)));
    byte[][] all = {{}, {1, 2}, ManifestCodec.encode(lie)};
    for (byte[] bytes : all) {
      driver.check(new Effect.CheckManifest("main", lie.file(), bytes));
      next(Event.ManifestWrong.class);
    }
    driver.check(new Effect.CheckManifest("main", lie.file(), ManifestCodec.encode(file)));
    next(Event.ManifestWrong.class);
  }

  @Test
  @DisplayName("[FT3, FT5] what is not what its name says, or too much, is not kept")
  void refuses() throws Exception {
    driver.keep(new Effect.KeepChunk("main", CHUNK, new byte[5]));
    assertEquals(Event.Outcome.WRONG, next(Event.ChunkKept.class).outcome());
    for (int i = 0; i < 11; i++) {
      byte[] content = CONTENT.clone();
      content[0] = (byte) i;
      driver.keep(new Effect.KeepChunk("main", Digest.ofContent(content), content));
      Event.ChunkKept kept = next(Event.ChunkKept.class);
      assertEquals(i < 10, kept.outcome() == Event.Outcome.KEPT, kept.text());
    }
  }

  // --- throwing away ---

  /** Has what is not needed thrown away, and waits until that is done. */
  private void collect(Set<Digest> files, Manifest... arriving) throws Exception {
    keep("marker");
    Path marker = folder.resolve("marker.files/manifests/" + file.file().hex() + ".manifest");
    Files.setLastModifiedTime(marker, FileTime.fromMillis(0));
    driver.collect(new Effect.CollectFiles("main", List.of(), files, List.of(arriving)));
    driver.collect(new Effect.CollectFiles("marker", List.of(), Set.of(), List.of()));
    while (Files.exists(marker)) {
      Thread.sleep(2);
    }
  }

  @Test
  @DisplayName("[FT8] a file goes that nobody needs, when its time of grace since its use is over")
  void grace() throws Exception {
    keep("main");
    nowMillis.addAndGet(GRACE_MILLIS);
    collect(Set.of());
    assertTrue(find().isComplete(), "looking for it is a use");
    nowMillis.addAndGet(GRACE_MILLIS);
    collect(Set.of());
    assertTrue(find().isComplete());
    nowMillis.addAndGet(GRACE_MILLIS + 1);
    collect(Set.of());
    assertNull(find().manifest());
    assertEquals(Map.of(CHUNK, CONTENT.length), check(file).missing());
  }

  @Test
  @DisplayName("[FT8] the time of grace begins when a file is needed no more, however old it is")
  void needed() throws Exception {
    keep("main");
    for (int i = 0; i < 5; i++) {
      nowMillis.addAndGet(10 * GRACE_MILLIS);
      collect(Set.of(file.file()));
    }
    nowMillis.addAndGet(GRACE_MILLIS);
    collect(Set.of());
    assertTrue(find().isComplete());
  }

  @Test
  @DisplayName("[FT8] chunks stay that a needed file shares, or one that is arriving")
  void shared() throws Exception {
    keep("main");
    byte[] more = {1, 2, 3};
    Manifest longer =
        ManifestCodec.of(
            List.of(
                new Manifest.Chunk(CHUNK, CONTENT.length),
                new Manifest.Chunk(Digest.ofContent(more), more.length)));
    nowMillis.addAndGet(2 * GRACE_MILLIS);
    collect(Set.of(longer.file()), longer);
    assertNull(find().manifest());
    nowMillis.addAndGet(2 * GRACE_MILLIS);
    assertEquals(Map.of(Digest.ofContent(more), more.length), check(longer).missing());
    collect(Set.of());
    assertEquals(1, check(longer).missing().size(), "what was told to be there counts as used");
  }

  @Test
  @DisplayName(
      "[FT8] a file that is kept while others are thrown away is whole, or told as lacking")
  void races() throws Exception {
    driver.close();
    driver = new FileDriver(folder, 1 << 20, 0, System::currentTimeMillis, events::add);
    Link link = new Link(Channel.SUBSCRIBER, 1);
    for (int i = 0; i < 300; i++) {
      driver.keep(new Effect.KeepChunk("main", CHUNK, CONTENT));
      next(Event.ChunkKept.class);
      LockSupport.parkNanos(100_000L * (i % 20));
      driver.collect(new Effect.CollectFiles("main", List.of(), Set.of(), List.of()));
      driver.keep(new Effect.KeepManifest("main", file));
      if (next(Event.FileFound.class).isComplete()) {
        driver.read(new Effect.ReadChunk("main", link, CHUNK));
        assertArrayEquals(CONTENT, next(Event.ChunkRead.class).content(), "in round " + i);
      }
    }
  }
}
