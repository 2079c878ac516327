package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Transfer;
import org.multiuser.agent.Transfers;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.protocol.file.Digest;

@Timeout(30)
class SceneDeskTest {
  private static final Transfer FAILED =
      new Transfer(
          Digest.ofContent(new byte[1]), false, Transfer.State.FAILED, 0, 1, "The disk is full.");

  @TempDir Path folder;
  private final Agent agent = new Agent();
  private final ScheduledThreadPoolExecutor disk = SceneDesk.thread("disk");
  private SceneDesk desk;

  @BeforeEach
  void open() throws IOException {
    LocalFiles files = new LocalFiles(folder, 1L << 20);
    desk = new SceneDesk(files, new AgentFiles(files, agent), disk);
  }

  @AfterEach
  void close() {
    desk.close();
  }

  @Test
  @DisplayName("a view that is wanted counts as used, so that no other agent removes it")
  void used() throws Exception {
    String key = "0".repeat(32);
    Path view = Files.createDirectories(folder.resolve("views").resolve(key));
    Files.setLastModifiedTime(view, FileTime.fromMillis(0));
    List<SceneFiles.Named> one =
        List.of(new SceneFiles.Named("a.png", Digest.ofContent(new byte[1]).hex()));
    desk.want(List.of(new SceneFiles.Wanted(key, "", one)));
    Played.await(() -> view.toFile().lastModified() > 0);
  }

  @Test
  @DisplayName("what failed waits once for a slow disk, however often it is looked at")
  void failedOnce() throws Exception {
    CountDownLatch isSlow = new CountDownLatch(1);
    desk.want(new SlowList(isSlow));
    Played.await(() -> agent.looks.get() >= 4);
    assertTrue(disk.getQueue().size() <= 2, "what failed, and the next look at the disk");
    isSlow.countDown();
    Played.await(() -> disk.getCompletedTaskCount() >= 3);
  }

  @Test
  @DisplayName("a closed desk says so, and its threads do nothing any more")
  void closed() throws Exception {
    desk.want(List.of());
    desk.close();
    assertTrue(disk.isShutdown());
    assertThrows(IllegalStateException.class, () -> desk.want(List.of()));
    assertThrows(IllegalStateException.class, () -> desk.resume());
    desk.connected();
  }

  @Test
  @DisplayName("what a task gives the disk to do after the end is not done, and is no error")
  void afterwards() {
    AtomicInteger ran = new AtomicInteger();
    desk.close();
    disk.execute(ran::incrementAndGet);
    assertEquals(0, ran.get());
  }

  /** An agent whose only transfer failed. */
  private static final class Agent implements AgentFiles.AgentThread {
    final AtomicInteger looks = new AtomicInteger();

    @Override
    public void later(Consumer<Transfers> work) {}

    @Override
    @SuppressWarnings("unchecked")
    public <T> T call(Function<Transfers, T> work) {
      looks.incrementAndGet();
      return (T) List.of(FAILED);
    }
  }

  /** Has the disk's thread wait. */
  private static final class SlowList extends AbstractList<SceneFiles.Wanted> {
    private final CountDownLatch isOver;

    SlowList(CountDownLatch isOver) {
      this.isOver = isOver;
    }

    @Override
    public SceneFiles.Wanted get(int index) {
      throw new IndexOutOfBoundsException();
    }

    @Override
    public int size() {
      try {
        isOver.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 0;
    }
  }
}
