package org.multiuser.network.trust;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.multiuser.protocol.file.Digest;

/**
 * The certificates that servers showed at first (SPEC CH9), in a text file that several agents of
 * one user share: a line each, {@code HOST:PORT FINGERPRINT}. What is no such line is left as it
 * is. Any thread.
 */
public final class KnownServers {
  private static final long MOST_BYTES = 4 << 20;

  private final Path file;
  private final Map<String, Digest> inMemory = new HashMap<>();

  /**
   * What is known.
   *
   * @param file where it is kept, or null to forget it with this object
   */
  public KnownServers(Path file) {
    this.file = file;
  }

  /**
   * What was seen at this address first.
   *
   * @param address HOST:PORT; letters in either case
   * @throws IOException if the file cannot be read: nobody knows then
   */
  public synchronized Optional<Digest> at(String address) throws IOException {
    if (file == null) {
      return Optional.ofNullable(inMemory.get(key(address)));
    }
    Optional<String> line = lines().stream().filter(one -> isOf(one, key(address))).findFirst();
    return line.isEmpty() ? Optional.empty() : Optional.of(fingerprint(line.get()));
  }

  /**
   * Remembers what is seen at this address for the first time.
   *
   * @return what is remembered of it now: this, or what another one saw there before
   * @throws IOException if the file cannot be written to
   */
  public synchronized Digest remember(String address, Digest seen) throws IOException {
    if (file == null) {
      inMemory.putIfAbsent(key(address), seen);
      return inMemory.get(key(address));
    }
    return locked(
        () -> {
          Optional<Digest> before = at(address);
          if (before.isEmpty()) {
            List<String> lines = new ArrayList<>(lines());
            lines.add(key(address) + " " + seen.hex());
            write(lines);
          }
          return before.orElse(seen);
        });
  }

  /**
   * Forgets what was seen at this address: the next certificate there counts as the first.
   *
   * @return whether there was anything to forget
   * @throws IOException if the file cannot be written to
   */
  public synchronized boolean forget(String address) throws IOException {
    if (file == null) {
      return inMemory.remove(key(address)) != null;
    }
    return locked(
        () -> {
          List<String> before = lines();
          List<String> left = before.stream().filter(line -> !isOf(line, key(address))).toList();
          if (left.size() < before.size()) {
            write(left);
          }
          return left.size() < before.size();
        });
  }

  private static String key(String address) {
    return address.toLowerCase(Locale.ROOT);
  }

  private static boolean isOf(String line, String key) {
    return key(words(line)[0]).equals(key);
  }

  private static String[] words(String line) {
    return line.strip().split("\\s+", 2);
  }

  /** Of a damaged line nobody knows what was seen: that is not as though nothing was. */
  private static Digest fingerprint(String line) throws IOException {
    try {
      return Digest.parse(words(line).length == 2 ? words(line)[1] : "");
    } catch (IllegalArgumentException e) {
      throw new IOException("the line of " + words(line)[0] + " is damaged", e);
    }
  }

  private List<String> lines() throws IOException {
    if (Files.notExists(file)) {
      return List.of();
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("it is too long");
    }
    return Files.readAllLines(file, StandardCharsets.UTF_8);
  }

  private void write(List<String> lines) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.write(next, lines, StandardCharsets.UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  /** One at a time of all processes, and within this one. */
  private <T> T locked(Work<T> work) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    synchronized (KnownServers.class) {
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        return held.isValid() ? work.run() : null;
      }
    }
  }
}
