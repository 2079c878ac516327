package org.multiuser.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.multiuser.files.content.ChunkStore;
import org.multiuser.files.content.FileMaker;
import org.multiuser.files.content.ManifestStore;
import org.multiuser.files.content.StoreFullException;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.FileKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each session's files in a folder of its own: {@code <session>.files/chunks}, and {@code
 * manifests} beside it. Works on threads of its own, for hashing and disks are slow; its methods
 * may be called from any thread.
 */
public final class FileDriver implements FileKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(FileDriver.class);
  private static final String DISK = "The server's disk does not take the file; tell its host.";
  private static final int THREADS = 2;
  private static final long CLOSE_SECONDS = 10;

  private final Path folder;
  private final long quotaBytes;
  private final long graceMillis;
  private final LongSupplier clockMillis;
  private final Consumer<Event> events;
  private final Map<String, Kept> sessions = new HashMap<>();
  private final ExecutorService threads = threads(THREADS, "files");

  /** Collections, which may take long and hold nobody up: one after the other. */
  private final ExecutorService collector = threads(1, "files collector");

  private record Kept(ChunkStore chunks, ManifestStore manifests) {}

  /**
   * A driver for the sessions of one server.
   *
   * @param quotaBytes how much one session may keep
   * @param graceMillis how long what is not needed is kept after it was used last (SPEC FT8)
   * @param clockMillis since 1970
   * @param events takes what happened; must be thread-safe
   */
  public FileDriver(
      Path folder,
      long quotaBytes,
      long graceMillis,
      LongSupplier clockMillis,
      Consumer<Event> events) {
    this.folder = folder;
    this.quotaBytes = quotaBytes;
    this.graceMillis = graceMillis;
    this.clockMillis = clockMillis;
    this.events = events;
  }

  private static ExecutorService threads(int count, String name) {
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread made = new Thread(task, name);
          made.setDaemon(true);
          return made;
        });
  }

  @Override
  public void find(Effect.FindFile find) {
    threads.execute(
        () -> {
          Manifest manifest = null;
          Map<Digest, Integer> missing = Map.of();
          try {
            Kept kept = kept(find.session());
            // A collection leaves what is used from now on, and all that it names.
            manifest = kept.manifests.use(find.file()).orElse(null);
            missing = manifest == null ? missing : FileMaker.missing(manifest, kept.chunks);
          } catch (IOException | RuntimeException e) {
            LOG.warn("a file of session {} cannot be looked up: {}", find.session(), e.toString());
          }
          boolean isKept = manifest != null;
          events.accept(
              new Event.FileFound(find.session(), find.file(), manifest, missing, isKept));
        });
  }

  @Override
  public void check(Effect.CheckManifest check) {
    threads.execute(
        () -> {
          Event event = new Event.ManifestWrong(check.session(), check.file());
          try {
            Manifest manifest = ManifestCodec.decode(check.bytes());
            ChunkStore chunks = kept(check.session()).chunks;
            if (manifest.file().equals(check.file()) && FileMaker.fits(manifest, chunks)) {
              Map<Digest, Integer> missing = FileMaker.use(manifest, chunks);
              event = new Event.FileFound(check.session(), check.file(), manifest, missing, false);
            }
          } catch (IOException | RuntimeException e) {
            LOG.info("a manifest of session {} is refused: {}", check.session(), e.toString());
          }
          events.accept(event);
        });
  }

  /**
   * First the manifest is written, then what it names is used: a collection that does not see the
   * manifest began before, and so leaves what is used from now on; what it took earlier is told as
   * missing.
   */
  @Override
  public void keep(Effect.KeepManifest keep) {
    threads.execute(
        () -> {
          Manifest manifest = keep.manifest();
          try {
            Kept kept = kept(keep.session());
            kept.manifests.put(manifest);
            Map<Digest, Integer> missing = FileMaker.use(manifest, kept.chunks);
            events.accept(
                new Event.FileFound(keep.session(), manifest.file(), manifest, missing, true));
          } catch (IOException | RuntimeException e) {
            LOG.warn("a manifest of session {} cannot be kept: {}", keep.session(), e.toString());
            events.accept(new Event.FileRefused(keep.session(), manifest.file(), DISK));
          }
        });
  }

  @Override
  public void keep(Effect.KeepChunk keep) {
    threads.execute(() -> events.accept(kept(keep)));
  }

  private Event kept(Effect.KeepChunk keep) {
    Event.Outcome outcome = Event.Outcome.FAILED;
    String text = "";
    try {
      kept(keep.session()).chunks.put(keep.chunk(), ByteBuffer.wrap(keep.content()));
      outcome = Event.Outcome.KEPT;
    } catch (IllegalArgumentException e) {
      outcome = Event.Outcome.WRONG;
    } catch (StoreFullException e) {
      text = "The session's files take all the room that its server gives them; tell its host.";
    } catch (IOException | RuntimeException e) {
      LOG.warn("a chunk of session {} cannot be kept", keep.session(), e);
      text = DISK;
    }
    int length = keep.content().length;
    return new Event.ChunkKept(keep.session(), keep.chunk(), length, outcome, text);
  }

  @Override
  public void read(Effect.ReadChunk read) {
    threads.execute(
        () -> {
          byte[] content = null;
          try {
            content = kept(read.session()).chunks.get(read.chunk()).orElse(null);
          } catch (IOException | RuntimeException e) {
            LOG.warn("a chunk of session {} cannot be read: {}", read.session(), e.toString());
          }
          events.accept(
              new Event.ChunkRead(read.session(), read.subscriber(), read.chunk(), content));
        });
  }

  /**
   * What is used from this call on stays: the room found out what is needed before it. The
   * manifests come first, and where not all can be read nothing else is thrown away.
   */
  @Override
  public void collect(Effect.CollectFiles collect) {
    long sinceMillis = clockMillis.getAsLong() - graceMillis;
    collector.execute(
        () -> {
          try {
            if (Files.isDirectory(own(collect.session()))) {
              collect(kept(collect.session()), collect, sinceMillis);
            }
          } catch (IOException | RuntimeException e) {
            LOG.warn(
                "files of session {} cannot be thrown away: {}", collect.session(), e.toString());
          }
        });
  }

  private static void collect(Kept kept, Effect.CollectFiles collect, long sinceMillis)
      throws IOException {
    Set<Digest> needed = collect.needed();
    Set<Digest> chunks = new HashSet<>();
    Consumer<Manifest> needs =
        manifest -> manifest.chunks().forEach(chunk -> chunks.add(chunk.digest()));
    collect.arriving().forEach(needs);
    int files = kept.manifests.collect(needed::contains, sinceMillis, needs);
    long bytes = kept.chunks.collect(chunks::contains, sinceMillis);
    if (files > 0 || bytes > 0) {
      LOG.info(
          "session {}: threw away {} files that nothing refers to, which makes {} KB free",
          collect.session(),
          files,
          bytes / 1024);
    }
  }

  /**
   * What the files of a session take on the disk, in bytes; looks through them when it is asked
   * first.
   *
   * @throws IOException if they cannot be looked through
   */
  public long heldBytes(String session) throws IOException {
    return Files.isDirectory(own(session)) ? kept(session).chunks.bytes() : 0;
  }

  @Override
  public void close() {
    collector.shutdownNow(); // What it did not come to is for another time.
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
      collector.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A session's name is safe as a file's (SPEC SE6). */
  private Path own(String session) {
    return folder.resolve(session + ".files");
  }

  private Kept kept(String session) throws IOException {
    synchronized (sessions) {
      Kept kept = sessions.get(session);
      if (kept == null) {
        Path own = own(session);
        kept =
            new Kept(
                new ChunkStore(own.resolve("chunks"), quotaBytes, clockMillis),
                new ManifestStore(own.resolve("manifests"), clockMillis));
        sessions.put(session, kept);
      }
      return kept;
    }
  }
}
