package org.multiuser.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Transfer;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.files.scene.OwnFiles;
import org.multiuser.files.scene.WantedFiles;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one scene: has own ones looked through and offered, others' found or fetched. One
 * thread does so, file by file; another, which never waits for a disk, tells of it. Neither runs
 * before there is something to do.
 */
final class SceneDesk implements SceneFiles, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SceneDesk.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final long TELL_MILLIS = 250;

  private final AgentFiles agent;
  private final OwnFiles own;
  private final WantedFiles wanted;
  private final SceneNews news = new SceneNews();

  /** What the files are called of which the user may be told. */
  private final Map<Digest, String> names = new ConcurrentHashMap<>();

  private final ScheduledExecutorService disk = thread("scene files");
  private final ScheduledExecutorService teller = thread("scene files' news");
  private volatile Runnable listener = () -> {};
  private Progress shown = NONE.progress();
  private boolean begun;

  /** Set on the disk's thread alone. */
  private boolean paused;

  private boolean working;

  SceneDesk(LocalFiles files, AgentFiles agent) {
    this.agent = agent;
    own = new OwnFiles(files::cut, System::nanoTime, new Owns());
    wanted = new WantedFiles(files::view, new Wants());
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  // --- what the user wants ---

  @Override
  public void listen(Runnable told) {
    listener = told;
  }

  @Override
  public void watch(List<Own> files) {
    onDisk(() -> files.forEach(own::watch));
  }

  @Override
  public void want(List<Wanted> files) {
    onDisk(() -> files.forEach(wanted::want));
  }

  @Override
  public void cancel() {
    onDisk(
        () -> {
          paused = true;
          transfers().stream()
              .filter(it -> it.state() != Transfer.State.DONE)
              .forEach(it -> agent.cancel(it.file()));
        });
  }

  @Override
  public void resume() {
    onDisk(
        () -> {
          paused = false;
          Set<Digest> done =
              transfers().stream()
                  .filter(it -> it.up() && it.state() == Transfer.State.DONE)
                  .map(Transfer::file)
                  .collect(Collectors.toSet());
          own.offered().stream().filter(it -> !done.contains(it.file())).forEach(agent::offer);
          wanted.fetchAgain();
        });
  }

  @Override
  public void limitUpload(long bytesPerSecond) {
    agent.limitUpload(bytesPerSecond);
  }

  @Override
  public News news() {
    return news.take();
  }

  @Override
  public Progress progress() {
    return SceneProgress.of(transfers(), names);
  }

  /** The agent has a new join: it knows of nothing yet. Any thread; does nothing before that. */
  void connected() {
    if (hasBegun()) {
      onDisk(
          () -> {
            if (!paused) {
              own.offered().forEach(agent::offer);
              wanted.fetchAgain();
            }
          });
    }
  }

  // --- the thread for the disk ---

  private void onDisk(Runnable task) {
    begin();
    disk.execute(
        guarded(
            () -> {
              task.run();
              work();
            }));
  }

  private synchronized boolean hasBegun() {
    return begun;
  }

  private synchronized void begin() {
    if (!begun) {
      begun = true;
      every(disk, LOOK_MILLIS, this::look);
      every(teller, TELL_MILLIS, this::tell);
    }
  }

  private static void every(ScheduledExecutorService thread, long millis, Runnable task) {
    Future<?> unused =
        thread.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    own.look();
    work();
  }

  /** Has the next files looked through, one after the other, and lets other tasks in between. */
  private void work() {
    if (!working) {
      working = true;
      disk.execute(guarded(this::step));
    }
  }

  private void step() {
    working = false;
    boolean ofOwn = own.step();
    boolean ofWanted = wanted.step();
    if (ofOwn || ofWanted) {
      work();
    }
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("the scene's files met an error and go on", e);
      }
    };
  }

  private List<Transfer> transfers() {
    try {
      return agent.transfers();
    } catch (IllegalStateException e) {
      return List.of(); // Not connected.
    }
  }

  // --- the thread for news ---

  private void tell() {
    List<Transfer> all = transfers();
    Map<Digest, String> failed =
        all.stream()
            .filter(it -> !it.up() && it.state() == Transfer.State.FAILED)
            .collect(Collectors.toMap(Transfer::file, Transfer::problem));
    if (!failed.isEmpty()) {
      disk.execute(guarded(() -> wanted.failed(failed)));
    }
    Progress now = SceneProgress.of(all, names);
    boolean isNew = !now.equals(shown);
    shown = now;
    if (news.isFresh() || isNew) {
      listener.run();
    }
  }

  /** What comes of the own files. */
  private final class Owns implements OwnFiles.Listener {
    @Override
    public void offer(Manifest manifest, String name) {
      names.put(manifest.file(), name);
      if (!paused) {
        agent.offer(manifest);
      }
    }

    @Override
    public void withdraw(Digest content) {
      agent.withdraw(content);
    }

    @Override
    public void looked(Looked looked) {
      news.add(looked);
    }

    @Override
    public void problem(Own path, String text) {
      news.add(new Problem(path.path(), null, text));
    }
  }

  /** What comes of the wanted files. */
  private final class Wants implements WantedFiles.Listener {
    @Override
    public void fetch(Digest file, Path target) {
      names.putIfAbsent(file, target.getFileName().toString());
      if (!paused) {
        agent.fetch(file, target, () -> onDisk(() -> wanted.here(file, target)));
      }
    }

    @Override
    public void drop(Digest file, Path target, boolean isLast) {
      agent.drop(file, target, isLast);
    }

    @Override
    public void ready(Ready ready) {
      news.add(ready);
    }

    @Override
    public void problem(String key, String text) {
      news.add(new Problem(null, key, text));
    }
  }

  @Override
  public void close() {
    disk.shutdownNow();
    teller.shutdownNow();
  }
}
