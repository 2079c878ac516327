package org.multiuser.files.scene;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multiuser.agent.SceneFiles;

/** What one own path stands for. Used by one thread. */
final class OwnSet {
  /** The most files that belong together. */
  static final int MOST_FILES = 10_000;

  final SceneFiles.Own own;

  /** Those that are or were there, by their names. */
  final SortedMap<String, OwnFile> files = new TreeMap<>();

  /** How many of them are to be looked through now. */
  int due;

  /** Whether there were too many when it was listed last. */
  boolean isTooLarge;

  private final Path path;
  private final FilePattern pattern;
  private List<SceneFiles.Content> told;

  private OwnSet(SceneFiles.Own own, Path path) {
    this.own = own;
    this.path = path;
    pattern = path == null ? null : FilePattern.of(path.getFileName().toString(), own.kind());
  }

  /** The set of this path; one that is no absolute path of a file here stands for nothing. */
  static OwnSet of(SceneFiles.Own own) {
    Path path = null;
    try {
      path = Path.of(own.path());
    } catch (InvalidPathException e) {
      return new OwnSet(own, null);
    }
    boolean isUsable = path.isAbsolute() && path.getFileName() != null;
    return new OwnSet(own, isUsable ? path : null);
  }

  /** The paths that it stands for at present; of one file also if that is not there. */
  List<Path> list() {
    if (path == null) {
      return List.of();
    }
    if (!pattern.isSet()) {
      return List.of(path);
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(
            path.getParent(), it -> pattern.matches(it.getFileName().toString()))) {
      all.forEach(found::add);
    } catch (IOException | DirectoryIteratorException | SecurityException e) {
      return List.of(); // A folder that is not there has no files.
    }
    found.sort(null);
    isTooLarge = found.size() > MOST_FILES;
    return isTooLarge ? found.subList(0, MOST_FILES) : found;
  }

  /** What it stands for, if that is another than was told last and all of it is known. */
  Optional<SceneFiles.Looked> news() {
    if (due > 0) {
      return Optional.empty();
    }
    List<SceneFiles.Content> now = new ArrayList<>();
    boolean isSettling = false;
    for (OwnFile file : files.values()) {
      isSettling |= file.isSettling();
      if (file.manifest != null) {
        now.add(new SceneFiles.Content(file.name(), file.manifest.file(), file.manifest.size()));
      }
    }
    if (now.equals(told) || (now.isEmpty() && isSettling)) {
      return Optional.empty();
    }
    told = now;
    return Optional.of(new SceneFiles.Looked(own, now));
  }
}
