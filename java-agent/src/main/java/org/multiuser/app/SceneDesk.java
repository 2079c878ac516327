package org.multiuser.app;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Transfer;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.files.content.SafeName;
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

  /** How often it is said that views are used: much more often than unused ones are removed. */
  private static final long USE_NANOS = TimeUnit.HOURS.toNanos(6);

  private final AgentFiles agent;
  private final LocalFiles files;
  private final OwnFiles own;
  private final WantedFiles wanted;
  private final SceneNews news = new SceneNews();

  /** What the files are called of which the user may be told, as long as they are on their way. */
  private final Map<Digest, String> ownNames = new ConcurrentHashMap<>();

  private final Map<Digest, String> wantedNames = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor disk;
  private final ScheduledThreadPoolExecutor teller = thread("scene files' news");

  /** Whether the disk's thread is yet to look at what failed. */
  private final AtomicBoolean failuresWait = new AtomicBoolean();

  private volatile Runnable listener = () -> {};
  private Progress shown = NONE.progress();
  private boolean begun;
  private boolean closed;

  /** Set on the disk's thread alone. */
  private boolean paused;

  private boolean working;

  /** The folders of all that was wanted, and when it was said last that they are used. */
  private final Set<String> views = new LinkedHashSet<>();

  private long usedNanos = System.nanoTime();

  SceneDesk(LocalFiles files, AgentFiles agent) {
    this(files, agent, thread("scene files"));
  }

  /**
   * The same, on a given thread.
   *
   * @param disk made by {@link #thread}
   */
  SceneDesk(LocalFiles files, AgentFiles agent, ScheduledThreadPoolExecutor disk) {
    this.agent = agent;
    this.files = files;
    this.disk = disk;
    own = new OwnFiles(files::cut, System::nanoTime, new Owns());
    wanted = new WantedFiles(files::view, files::known, new Wants());
  }

  /** What it is given after the end it does not do, silently: tasks give each other more to do. */
  static ScheduledThreadPoolExecutor thread(String name) {
    return new ScheduledThreadPoolExecutor(
        1,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        },
        new ThreadPoolExecutor.DiscardPolicy());
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
  public void share(List<String> folders) {
    onDisk(() -> wanted.share(folders));
  }

  @Override
  public void want(List<Wanted> all) {
    onDisk(
        () -> {
          for (Wanted one : all) {
            wanted.want(one);
            files.use(one.folder());
            views.add(one.folder());
          }
        });
  }

  @Override
  public void cancel() {
    onDisk(
        () -> {
          paused = true;
          agent.rest(true);
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
          agent.rest(false);
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
    return SceneProgress.of(transfers(), this::name);
  }

  private String name(Transfer one) {
    return (one.up() ? ownNames : wantedNames).getOrDefault(one.file(), one.file().hex());
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
    soon(task);
  }

  /** On the disk's thread, or not at all if that has ended. */
  private void soon(Runnable task) {
    disk.execute(
        guarded(
            () -> {
              task.run();
              work();
            }));
  }

  private synchronized boolean hasBegun() {
    return begun && !closed;
  }

  private synchronized void begin() {
    if (closed) {
      throw new IllegalStateException("the agent is closed");
    }
    if (!begun) {
      begun = true;
      every(disk, LOOK_MILLIS, this::look);
      every(teller, TELL_MILLIS, this::tell);
    }
  }

  private static void every(ScheduledThreadPoolExecutor thread, long millis, Runnable task) {
    Future<?> unused =
        thread.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    own.look();
    if (System.nanoTime() - usedNanos > USE_NANOS) {
      usedNanos = System.nanoTime();
      views.forEach(files::use);
    }
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

  /** Of what may still come it is said which file that is. */
  private String problem(Transfer one) {
    boolean isWaiting = one.state() == Transfer.State.WAITING;
    return isWaiting ? SafeName.of(name(one)) + ": " + one.problem() : one.problem();
  }

  private void tell() {
    List<Transfer> all = transfers();
    tellOfFailed(all);
    Progress now = SceneProgress.of(all, this::name);
    boolean isNew = !now.equals(shown);
    shown = now;
    if (news.isFresh() || isNew) {
      listener.run();
    }
  }

  /** What failed stays so: while the disk is slow it is told once, not each time. */
  private void tellOfFailed(List<Transfer> all) {
    Map<Digest, String> failed =
        all.stream()
            .filter(it -> !it.up() && !it.problem().isEmpty())
            .collect(Collectors.toMap(Transfer::file, this::problem));
    if (!failed.isEmpty() && failuresWait.compareAndSet(false, true)) {
      soon(
          () -> {
            failuresWait.set(false);
            wanted.failed(failed);
          });
    }
  }

  /** What comes of the own files. */
  private final class Owns implements OwnFiles.Listener {
    @Override
    public void offer(Manifest manifest, String name) {
      ownNames.put(manifest.file(), name);
      if (!paused) {
        agent.offer(manifest);
      }
    }

    @Override
    public void withdraw(Digest content) {
      ownNames.remove(content);
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
      wantedNames.putIfAbsent(file, target.getFileName().toString());
      if (!paused) {
        agent.fetch(file, target, new Fetched(file, target));
      }
    }

    @Override
    public void drop(Digest file, Path target, boolean isLast) {
      if (isLast) {
        wantedNames.remove(file);
      }
      agent.drop(file, target, isLast);
    }

    @Override
    public void done(Digest file) {
      wantedNames.remove(file);
      agent.leave(file);
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

  /** What comes of a file that is fetched for one place. */
  private final class Fetched implements FileTargets.Told {
    private final Digest file;
    private final Path target;

    private Fetched(Digest file, Path target) {
      this.file = file;
      this.target = target;
    }

    @Override
    public void described() {
      soon(() -> wanted.described(file));
    }

    @Override
    public void here() {
      soon(() -> wanted.here(file, target));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    teller.shutdownNow();
    disk.shutdownNow();
  }
}
