package org.multiuser.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.multiuser.agent.Transfer;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.files.content.SafeName;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/**
 * The files of a script's users: where each keeps them, and how the script calls them. Safe for
 * several threads.
 */
final class ScriptFiles implements AutoCloseable {
  private static final long QUOTA_BYTES = 1L << 40;
  private static final int CUT_SECONDS = 600;
  private static final int READ_BYTES = 1 << 20;

  private final Path state;
  private final Map<String, Digest> names = new ConcurrentHashMap<>();
  private final Map<Fetched, Path> fetched = new ConcurrentHashMap<>();
  private Path scratch;

  private record Fetched(AgentRuntime agent, Digest file) {}

  /**
   * The files of one run.
   *
   * @param state where each user has a folder, or null to keep nothing
   */
  ScriptFiles(Path state) {
    this.state = state;
  }

  /**
   * A user's cache.
   *
   * @throws UncheckedIOException if the disk does not take it
   */
  synchronized LocalFiles of(String user) {
    try {
      if (state == null && scratch == null) {
        scratch = Files.createTempDirectory("multi-user-files");
      }
      Path folder = (state == null ? scratch : state).resolve(user).resolve("files");
      return new LocalFiles(folder, QUOTA_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Offers a file, which the script may call by its path from then on.
   *
   * @return its name in the session
   * @throws IllegalArgumentException if it cannot be read
   */
  String offer(AgentRuntime agent, String path) {
    CompletableFuture<Manifest> offered = new CompletableFuture<>();
    agent
        .files()
        .offer(
            Path.of(path),
            (manifest, problem) -> {
              if (problem.isEmpty()) {
                offered.complete(manifest);
              } else {
                offered.completeExceptionally(new IllegalArgumentException(problem));
              }
            });
    try {
      Manifest manifest = offered.get(CUT_SECONDS, TimeUnit.SECONDS);
      names.put(path, manifest.file());
      return manifest.file().hex() + ", " + manifest.size() + " bytes";
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalArgumentException(
          e.getCause() == null ? "too slow" : e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      throw ScriptRunner.stopped(e);
    }
  }

  /**
   * The file that a step means: by the path under which somebody offered it, or by its name.
   *
   * @throws IllegalArgumentException if it is neither
   */
  Digest named(String file) {
    Digest known = names.get(file);
    if (known != null) {
      return known;
    }
    try {
      return Digest.parse(file);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "nobody offered a file '" + file + "', and it is no file's name of 64 digits", e);
    }
  }

  /** Where a file stands: up where this user offers it, else down. */
  String state(AgentRuntime agent, Digest file) {
    return agent.files().transfers().stream()
        .filter(transfer -> transfer.file().equals(file))
        .reduce((first, last) -> last.up() ? first : last)
        .map(Transfer::state)
        .map(Enum::name)
        .orElse("none");
  }

  /**
   * Fetches a file.
   *
   * @param said what it is called here, made safe
   */
  void fetch(AgentRuntime agent, Digest file, String said) {
    Path target = agent.files().view(file.hex()).resolve(SafeName.of(said));
    Runnable here = () -> fetched.put(new Fetched(agent, file), target);
    agent.files().fetch(file, target, FileTargets.whenHere(here));
  }

  /** The SHA-256 of a fetched file's content as it is on the disk, or that there is none. */
  String sha256(AgentRuntime agent, Digest file) {
    Path path = fetched.get(new Fetched(agent, file));
    return path == null ? "not here" : sha256(path);
  }

  private static String sha256(Path path) {
    MessageDigest sha = Digest.sha256();
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = Files.newInputStream(path)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  /** Removes what is not to be kept. */
  @Override
  public void close() {
    if (scratch == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(scratch)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
