package org.multiuser.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multiuser.files.content.ChunkStore;
import org.multiuser.files.content.FileMaker;
import org.multiuser.files.content.StoreFullException;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.ProtocolException;
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
  private final Consumer<Event> events;
  private final Map<String, Kept> sessions = new HashMap<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread made = new Thread(task, "files");
            made.setDaemon(true);
            return made;
          });

  private record Kept(ChunkStore chunks, Path manifests) {}

  /**
   * A driver for the sessions of one server.
   *
   * @param quotaBytes how much one session may keep
   * @param events takes what happened; must be thread-safe
   */
  public FileDriver(Path folder, long quotaBytes, Consumer<Event> events) {
    this.folder = folder;
    this.quotaBytes = quotaBytes;
    this.events = events;
  }

  @Override
  public void find(Effect.FindFile find) {
    threads.execute(
        () -> {
          Manifest manifest = null;
          Map<Digest, Integer> missing = Map.of();
          try {
            Kept kept = kept(find.session());
            manifest = manifest(kept, find.file());
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
              Map<Digest, Integer> missing = FileMaker.missing(manifest, chunks);
              event = new Event.FileFound(check.session(), check.file(), manifest, missing, false);
            }
          } catch (IOException | RuntimeException e) {
            LOG.info("a manifest of session {} is refused: {}", check.session(), e.toString());
          }
          events.accept(event);
        });
  }

  @Override
  public void keep(Effect.KeepManifest keep) {
    threads.execute(
        () -> {
          Manifest manifest = keep.manifest();
          try {
            Kept kept = kept(keep.session());
            write(kept, manifest);
            Map<Digest, Integer> missing = FileMaker.missing(manifest, kept.chunks);
            events.accept(
                new Event.FileFound(keep.session(), manifest.file(), manifest, missing, true));
          } catch (IOException | RuntimeException e) {
            LOG.warn("a manifest of session {} cannot be kept: {}", keep.session(), e.toString());
            events.accept(new Event.FileRefused(keep.session(), manifest.file(), DISK));
          }
        });
  }

  private static void write(Kept kept, Manifest manifest) throws IOException {
    Path fresh = Files.createTempFile(kept.manifests, "new", ".part");
    try {
      Files.write(fresh, ManifestCodec.encode(manifest));
      Files.move(
          fresh,
          path(kept, manifest.file()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
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

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A session's name is safe as a file's (SPEC SE6). */
  private Kept kept(String session) throws IOException {
    synchronized (sessions) {
      Kept kept = sessions.get(session);
      if (kept == null) {
        Path own = folder.resolve(session + ".files");
        Path manifests = Files.createDirectories(own.resolve("manifests"));
        kept =
            new Kept(
                new ChunkStore(own.resolve("chunks"), quotaBytes, System::currentTimeMillis),
                manifests);
        sessions.put(session, kept);
      }
      return kept;
    }
  }

  /** Null if there is none, or it is damaged: it is fetched again. */
  private static Manifest manifest(Kept kept, Digest file) throws IOException {
    try {
      Manifest manifest = ManifestCodec.decode(Files.readAllBytes(path(kept, file)));
      return manifest.file().equals(file) ? manifest : null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (ProtocolException e) {
      LOG.warn("a manifest in {} is damaged: it is fetched again", kept.manifests);
      return null;
    }
  }

  private static Path path(Kept kept, Digest file) {
    return kept.manifests.resolve(file.hex() + ".manifest");
  }
}
