package org.multiuser.files.content;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes views of a cache that nobody used for long. A view's folder has the time when it was
 * wanted last; what was saved into it counts too, and what was read of it, where the disk keeps
 * that. Several processes may use and clean one cache: a view is there whole, or not at all.
 */
final class OldViews {
  private static final Logger LOG = LoggerFactory.getLogger(OldViews.class);
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}|[0-9a-f]{64}");
  private static final String REMOVED = ".removed-";

  private OldViews() {}

  /**
   * Removes the views in this folder that were not used since then.
   *
   * @return how many
   * @throws IOException if the folder cannot be read; a view that cannot be removed stays
   */
  static int remove(Path views, Instant before) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(views)) {
      for (Path view : all) {
        removed += isRemoved(view, before) ? 1 : 0;
      }
    }
    return removed;
  }

  private static boolean isRemoved(Path view, Instant before) {
    String name = view.getFileName().toString();
    try {
      if (name.startsWith(REMOVED)) {
        delete(view); // A process ended over it.
      } else if (NAME.matcher(name).matches()
          && Files.isDirectory(view, LinkOption.NOFOLLOW_LINKS)
          && lastUse(view).toInstant().isBefore(before)) {
        Path away = view.resolveSibling(REMOVED + UUID.randomUUID());
        Files.move(view, away); // So nobody finds half of it.
        delete(away);
        return true;
      }
    } catch (NoSuchFileException e) {
      LOG.debug("somebody else removed {}", view);
    } catch (IOException e) {
      LOG.info("{} was not used for long and cannot be removed: {}", view, e.toString());
    }
    return false;
  }

  /** When anything in a view was used last. */
  private static FileTime lastUse(Path view) throws IOException {
    FileTime[] last = {Files.getLastModifiedTime(view, LinkOption.NOFOLLOW_LINKS)};
    Files.walkFileTree(
        view,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes it) {
            last[0] = later(last[0], later(it.lastModifiedTime(), it.lastAccessTime()));
            return FileVisitResult.CONTINUE;
          }
        });
    return last[0];
  }

  private static FileTime later(FileTime one, FileTime other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes it) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
