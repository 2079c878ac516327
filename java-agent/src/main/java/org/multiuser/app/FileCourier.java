package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.multiuser.agent.Effect;
import org.multiuser.agent.Transfers;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does for an agent's files what takes a disk, on threads of its own, and hands what came of it to
 * the agent's thread. Its methods may be called from any thread and return at once.
 */
final class FileCourier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileCourier.class);
  private static final int THREADS = 2;
  private static final String WRONG = "The server sent something else than was asked for.";
  private static final String LOST =
      "The file cache loses what is kept in it: allow it more, or choose another folder for it.";

  private final LocalFiles files;
  private final Consumer<Consumer<Transfers>> agent;
  private final FileTargets targets = new FileTargets();
  private volatile boolean rests;

  /** Held by whoever makes a file. */
  private final Object making = new Object();

  /** What the files consist of that are being fetched: none of it may be thrown away. */
  private final Map<Digest, Manifest> fetching = new ConcurrentHashMap<>();

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "files");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * A courier.
   *
   * @param agent carries out work on the transfers on the agent's thread, if it still runs
   */
  FileCourier(LocalFiles files, Consumer<Consumer<Transfers>> agent) {
    this.files = files;
    this.agent = agent;
  }

  /**
   * Offers an own file to the session; what it is shows when it was looked through.
   *
   * @param told gets its name and what was wrong, empty for nothing, on some thread
   */
  void offer(Path file, Offered told) {
    threads.execute(
        () -> {
          try {
            Manifest manifest = files.cut(file);
            agent.accept(transfers -> transfers.offer(manifest));
            told.offered(manifest, "");
          } catch (IOException | RuntimeException e) {
            told.offered(null, "The file " + file + " cannot be read: " + e.getMessage());
          }
        });
  }

  /** Told what came of looking through a file. */
  @FunctionalInterface
  interface Offered {
    /**
     * It was looked through.
     *
     * @param manifest null if it could not be read
     * @param problem what to do then, else empty
     */
    void offered(Manifest manifest, String problem);
  }

  /** The file is to be made here when its chunks are. */
  void aim(Digest file, Path target, FileTargets.Told told) {
    targets.add(file, target, told);
  }

  /** The file is not to be made there (any more). */
  void drop(Digest file, Path target) {
    targets.remove(file, target);
  }

  /** The file is not being fetched (any more). */
  void forget(Digest file) {
    fetching.remove(file);
  }

  /** Carries out what the agent wants. */
  void carryOut(Effect.OfFile effect) {
    threads.execute(
        () -> {
          if (effect instanceof Effect.FindFile find) {
            find(find.file());
          } else if (effect instanceof Effect.KeepManifest keep) {
            keep(keep.manifest());
          } else if (effect instanceof Effect.KeepChunk keep) {
            keep(keep);
          } else if (effect instanceof Effect.LoadChunk load) {
            byte[] content = files.load(load.chunk()).orElse(null);
            agent.accept(transfers -> transfers.loaded(load.chunk(), content));
          } else if (effect instanceof Effect.LendFile lend) {
            lend(lend.file());
          } else if (effect instanceof Effect.MakeFile make) {
            make(make.manifest());
          }
        });
  }

  private void find(Digest file) {
    Manifest known = null;
    Map<Digest, Integer> missing = Map.of();
    try {
      known = files.manifest(file).orElse(null);
      missing = missing(known);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the cache of files cannot be read: {}", e.toString());
      known = null;
    }
    found(file, known, missing);
  }

  private Map<Digest, Integer> missing(Manifest manifest) throws IOException {
    if (manifest == null) {
      return Map.of();
    }
    fetching.put(manifest.file(), manifest);
    return files.missing(manifest);
  }

  /** None while the user stopped all files. */
  private void lend(Digest file) {
    Manifest whole = null;
    try {
      Manifest known = files.manifest(file).orElse(null);
      whole = known == null || rests || !files.missing(known).isEmpty() ? null : known;
    } catch (IOException | RuntimeException e) {
      LOG.warn("the cache of files cannot be read: {}", e.toString());
    }
    Manifest lent = whole;
    agent.accept(transfers -> transfers.lent(file, lent));
  }

  /** Whether nothing that came from the session is to be given back to it. */
  void rest(boolean is) {
    rests = is;
  }

  private void found(Digest file, Manifest manifest, Map<Digest, Integer> missing) {
    if (manifest != null) {
      targets.of(file).values().forEach(FileTargets.Told::described);
    }
    agent.accept(transfers -> transfers.found(file, manifest, missing));
  }

  private void keep(Manifest manifest) {
    try {
      files.keep(manifest);
      found(manifest.file(), manifest, missing(manifest));
    } catch (IOException | RuntimeException e) {
      made(manifest.file(), disk(e));
    }
  }

  private void keep(Effect.KeepChunk keep) {
    String problem = "";
    try {
      files.keep(keep.chunk(), keep.content(), this::needed);
    } catch (IllegalArgumentException e) {
      problem = WRONG;
    } catch (IOException | RuntimeException e) {
      problem = disk(e);
      fetching.values().removeIf(manifest -> names(manifest).anyMatch(keep.chunk()::equals));
    }
    String text = problem;
    agent.accept(transfers -> transfers.kept(keep.chunk(), text));
  }

  private Set<Digest> needed() {
    return fetching.values().stream().flatMap(FileCourier::names).collect(Collectors.toSet());
  }

  private static Stream<Digest> names(Manifest manifest) {
    return manifest.chunks().stream().map(Manifest.Chunk::digest);
  }

  /** Makes a file wherever it is wanted; where one place fails, the others get it all the same. */
  private void make(Manifest manifest) {
    Digest file = manifest.file();
    String problem = "";
    for (Map.Entry<Path, FileTargets.Told> target : targets.of(file).entrySet()) {
      try {
        if (!make(manifest, target.getKey(), target.getValue())) {
          lacking(manifest);
          return;
        }
      } catch (IOException | RuntimeException e) {
        problem = disk(e);
      }
    }
    made(file, problem);
  }

  /** One at a time: else what was wanted there before might be made over what is wanted now. */
  private boolean make(Manifest manifest, Path target, FileTargets.Told told) throws IOException {
    synchronized (making) {
      if (targets.has(manifest.file(), target)) {
        if (!files.make(manifest, target)) {
          return false;
        }
        targets.remove(manifest.file(), target);
        told.here();
      }
      return true;
    }
  }

  private void lacking(Manifest manifest) throws IOException {
    String problem = files.missing(manifest).isEmpty() ? WRONG : LOST;
    if (problem.equals(WRONG)) {
      made(manifest.file(), problem);
    } else {
      agent.accept(transfers -> transfers.lacking(manifest.file(), problem));
    }
  }

  /** A place that came while the file was made has it looked for once more. */
  private void made(Digest file, String problem) {
    forget(file);
    agent.accept(
        transfers -> {
          transfers.made(file, problem);
          if (problem.isEmpty() && !targets.of(file).isEmpty()) {
            transfers.fetch(file);
          }
        });
  }

  private static String disk(Exception e) {
    LOG.warn("the cache of files cannot be written to", e);
    return "The file cache cannot be written to ("
        + e.getMessage()
        + "): free some room, or choose"
        + " another folder for it.";
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
