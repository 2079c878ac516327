package org.multiuser.files.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * By which a file is told to be another one without reading it.
 *
 * @param key what its system knows it by, null where that has no such thing
 */
public record Stamp(long bytes, FileTime changed, Object key) {
  /** An ordinary file's; empty if there is none, or something else, as a device or a pipe. */
  public static Optional<Stamp> of(Path path) {
    try {
      BasicFileAttributes it = Files.readAttributes(path, BasicFileAttributes.class);
      return it.isRegularFile()
          ? Optional.of(new Stamp(it.size(), it.lastModifiedTime(), it.fileKey()))
          : Optional.empty();
    } catch (IOException | SecurityException e) {
      return Optional.empty();
    }
  }
}
