package org.multiuser.files.scene;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.multiuser.agent.SceneFiles;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.files.content.SafeName;
import org.multiuser.protocol.file.Digest;

/** What a datablock of somebody else's refers to, on its way to being here. Used by one thread. */
final class View {
  private static final String NO_NAME = "There are no files of this name that could be made here.";

  final SceneFiles.Wanted wanted;

  /** What is not in the view, as far as that was looked through. */
  final Map<Path, Digest> lacking = new LinkedHashMap<>();

  private final List<Map.Entry<Path, Digest>> targets;
  private final Path answer;

  /** The same files where their owner has them; empty where it is not looked for them. */
  private List<Map.Entry<Path, Digest>> beside;

  private int at;
  private boolean isReady;
  private boolean isFailed;

  /**
   * What is wanted, of which nothing was looked at yet.
   *
   * @param folder where it is made
   * @throws IllegalArgumentException if it cannot be made here; says why
   */
  View(SceneFiles.Wanted wanted, Path folder) {
    this.wanted = wanted;
    Map<Path, Digest> made = new LinkedHashMap<>();
    for (SceneFiles.Named file : wanted.files()) {
      Path target = below(folder, file.name());
      if (made.put(target, Digest.parse(file.hex())) != null) {
        throw new IllegalArgumentException(
            "Two files that belong together would have the same name here, "
                + target.getFileName()
                + ": rename one of them where they come from.");
      }
    }
    if (made.isEmpty() || made.size() > OwnSet.MOST_FILES) {
      throw new IllegalArgumentException(
          "1 to " + OwnSet.MOST_FILES + " files belong together, not " + made.size() + ".");
    }
    targets = List.copyOf(made.entrySet());
    answer = answer(folder);
    beside = beside();
  }

  /** As the owner calls it; one file that is no set and called something else is itself. */
  private Path answer(Path folder) {
    if (wanted.isInTree()) {
      return targets.get(0).getKey();
    }
    String base =
        FilePattern.safe(wanted.told()).orElseThrow(() -> new IllegalArgumentException(NO_NAME));
    boolean isSet = targets.size() > 1 || FilePattern.of(base, SceneFiles.Kind.TILES).isSet();
    return isSet ? folder.resolve(base) : targets.get(0).getKey();
  }

  /** In a tree a file may stand in folders, each of which gets a safe name. */
  private Path below(Path folder, String name) {
    Path path = folder;
    for (String part : wanted.isInTree() ? name.split("/", -1) : new String[] {name}) {
      path = path.resolve(SafeName.of(part));
    }
    return path;
  }

  private List<Map.Entry<Path, Digest>> beside() {
    Optional<Path> folder = ToldPath.of(wanted.told()).map(Path::getParent);
    List<Map.Entry<Path, Digest>> beside = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      SceneFiles.Named file = wanted.files().get(i);
      Optional<Path> path =
          wanted.isInTree()
              ? ToldPath.of(file.told())
              : folder.flatMap(it -> ToldPath.in(it, file.name()));
      if (path.isEmpty()) {
        return List.of();
      }
      beside.add(Map.entry(path.get(), targets.get(i).getValue()));
    }
    return beside;
  }

  /**
   * Looks at one file.
   *
   * @return whether another one is to be looked at
   */
  boolean step() {
    if (!beside.isEmpty()) {
      stepBeside();
    } else if (at < targets.size()) {
      Map.Entry<Path, Digest> target = targets.get(at++);
      if (!isThere(target)) {
        lacking.put(target.getKey(), target.getValue());
      }
    }
    return !isLookedThrough();
  }

  private void stepBeside() {
    if (!isThere(beside.get(at))) {
      beside = List.of();
      at = 0;
    } else {
      at++;
    }
  }

  private static boolean isThere(Map.Entry<Path, Digest> file) {
    return LocalFiles.is(file.getKey(), file.getValue());
  }

  /** Whether all that is lacking is known. */
  boolean isLookedThrough() {
    return at == targets.size();
  }

  /** Whether this file is to be made there for it, as far as that was looked through. */
  boolean lacks(Path target, Digest file) {
    return isLookedThrough() && file.equals(lacking.get(target));
  }

  /** Whether it waits for files that are on their way. */
  boolean isFetching() {
    return isLookedThrough() && !isReady && !isFailed;
  }

  /** Whether all is there; its {@link #path} is the answer then. */
  boolean isComplete() {
    return isLookedThrough() && lacking.isEmpty();
  }

  /** Where it is once it is complete: where its owner has it, or in the view. */
  String path() {
    return beside.isEmpty() ? answer.toString() : wanted.told();
  }

  /** Whether it was told that it is ready or failed. */
  boolean isOver() {
    return isReady || isFailed;
  }

  boolean isReady() {
    return isReady;
  }

  void ready() {
    isReady = true;
  }

  void failed() {
    isFailed = true;
  }

  /** What is lacking is fetched, for the first time or again. */
  void begin() {
    isFailed = false;
  }
}
