package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
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

  private final LocalFiles files;
  private final Consumer<Consumer<Transfers>> agent;
  private final Map<Digest, String> names = new ConcurrentHashMap<>();
  private final Map<Digest, Path> made = new ConcurrentHashMap<>();
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

  /** The file will be called so when it is here. */
  void name(Digest file, String said) {
    names.put(file, said);
  }

  /** Where a fetched file is, if it is here. */
  Optional<Path> made(Digest file) {
    return Optional.ofNullable(made.get(file));
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
          } else if (effect instanceof Effect.MakeFile make) {
            make(make.manifest());
          }
        });
  }

  private void find(Digest file) {
    Manifest known = null;
    try {
      known = files.manifest(file).orElse(null);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the cache of files cannot be read: {}", e.toString());
    }
    found(file, known);
  }

  private void found(Digest file, Manifest manifest) {
    Map<Digest, Integer> missing = manifest == null ? Map.of() : files.missing(manifest);
    agent.accept(transfers -> transfers.found(file, manifest, missing));
  }

  private void keep(Manifest manifest) {
    try {
      files.keep(manifest);
      found(manifest.file(), manifest);
    } catch (IOException | RuntimeException e) {
      agent.accept(transfers -> transfers.made(manifest.file(), disk(e)));
    }
  }

  private void keep(Effect.KeepChunk keep) {
    String problem = "";
    try {
      files.keep(keep.chunk(), keep.content());
    } catch (IllegalArgumentException e) {
      problem = WRONG;
    } catch (IOException | RuntimeException e) {
      problem = disk(e);
    }
    String text = problem;
    agent.accept(transfers -> transfers.kept(keep.chunk(), text));
  }

  private void make(Manifest manifest) {
    Digest file = manifest.file();
    String problem = "";
    try {
      Optional<Path> path = files.make(manifest, names.getOrDefault(file, ""));
      path.ifPresent(where -> made.put(file, where));
      problem = path.isEmpty() ? WRONG : "";
    } catch (IOException | RuntimeException e) {
      problem = disk(e);
    }
    String text = problem;
    agent.accept(transfers -> transfers.made(file, text));
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
