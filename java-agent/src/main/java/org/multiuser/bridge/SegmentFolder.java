package org.multiuser.bridge;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the segments of one agent lie, and the removal of what dead agents left (BR3). */
public final class SegmentFolder {
  private static final Logger log = LoggerFactory.getLogger(SegmentFolder.class);
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final long SHARED_MEMORY_BYTES_NEEDED = 256L << 20;
  private static final Pattern NAME = Pattern.compile("multi-user-(\\d+)-.*");

  private SegmentFolder() {}

  /**
   * The folder in which segment folders are made: shared memory where the system has it and there
   * is room (containers often have 64 MiB), else the folder for temporary files.
   */
  public static Path base() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    if (!Files.isDirectory(SHARED_MEMORY) || !Files.isWritable(SHARED_MEMORY)) {
      return temporary;
    }
    try {
      FileStore store = Files.getFileStore(SHARED_MEMORY);
      return store.getUsableSpace() >= SHARED_MEMORY_BYTES_NEEDED ? SHARED_MEMORY : temporary;
    } catch (IOException e) {
      log.warn("The room in {} is not known; using {}: {}", SHARED_MEMORY, temporary, e.toString());
      return temporary;
    }
  }

  /**
   * Makes a folder that only this user may enter, named after the agent's process.
   *
   * @throws IOException if it cannot be made
   */
  public static Path create(Path base, long pid) throws IOException {
    String prefix = "multi-user-" + pid + "-";
    if (base.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Files.createTempDirectory(
          base,
          prefix,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Files.createTempDirectory(base, prefix);
  }

  /** Removes the folders of agents that are dead; what cannot be removed is left and logged. */
  public static void removeStale(Path base, LongPredicate alive) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(base, "multi-user-*")) {
      for (Path folder : folders) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        if (name.matches() && !alive.test(pidOf(name.group(1)))) {
          remove(folder);
        }
      }
    } catch (IOException e) {
      log.warn("Folders of earlier agents could not be listed in {}: {}", base, e.toString());
    }
  }

  /** Whether a process of this id runs. */
  public static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Removes a segment folder and the segments in it; never follows links, never goes deeper. */
  public static void remove(Path folder) {
    if (Files.isSymbolicLink(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.seg")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      log.info("{} is left for the next agent to remove: {}", folder, e.toString());
    }
  }

  private static long pidOf(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
