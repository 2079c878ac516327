package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

  static {
    new Random(1).nextBytes(CONTENT);
    CHUNK = Digest.ofContent(CONTENT);
  }

  @TempDir private Path folder;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Manifest file =
      ManifestCodec.of(List.of(new Manifest.Chunk(CHUNK, CONTENT.length)));
  private FileDriver driver;

  @BeforeEach
  void open() {
    driver = new FileDriver(folder, 1 << 20, events::add);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private <T extends Event> T next(Class<T> kind) throws InterruptedException {
    return assertInstanceOf(kind, events.poll(10, TimeUnit.SECONDS));
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
}
