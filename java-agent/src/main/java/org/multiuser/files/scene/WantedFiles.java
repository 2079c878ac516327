package org.multiuser.files.scene;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.multiuser.agent.SceneFiles;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/**
 * What others' datablocks refer to: finds it where its owner has it, or in the cache, or has it
 * fetched. Slow, as disks are; stepped by one thread.
 */
public final class WantedFiles {
  private final Function<String, Path> folders;
  private final Function<Digest, Optional<Manifest>> known;
  private final Listener told;
  private final Map<String, View> views = new LinkedHashMap<>();

  /** How many views lack a content: it is fetched as long as there is one. */
  private final Map<Digest, Integer> lacked = new HashMap<>();

  /** To be looked at, each once. */
  private final Set<View> unlooked = new LinkedHashSet<>();

  private List<Path> shared = List.of();

  /** Told what came of it, on the thread that steps. */
  public interface Listener {
    /**
     * This is to be fetched and made there: {@link WantedFiles#described} is to be called when it
     * is known what it consists of, {@link WantedFiles#here} when it was made.
     */
    void fetch(Digest file, Path target);

    /** This is not to be made there any more, and {@code isLast}: not to be fetched either. */
    void drop(Digest file, Path target, boolean isLast);

    /** This is wherever it was to be made: nobody need know of it any more. */
    void done(Digest file);

    /** All of it is here. */
    void ready(SceneFiles.Ready ready);

    /** The user should know why something is not. */
    void problem(String key, String text);
  }

  /**
   * Nothing is wanted yet.
   *
   * @param folders where what is wanted is made, by the folder that it names
   * @param known what files consist of, as far as that is known here
   */
  public WantedFiles(
      Function<String, Path> folders, Function<Digest, Optional<Manifest>> known, Listener told) {
    this.folders = folders;
    this.known = known;
    this.told = told;
  }

  /**
   * These folders this artist shares with the others: what others say is there need not be fetched
   * where it is. Counts for what is wanted from now on.
   */
  public void share(List<String> folders) {
    shared = folders.stream().map(WantedFiles::folder).flatMap(Optional::stream).toList();
  }

  private static Optional<Path> folder(String path) {
    try {
      return Optional.of(Path.of(path).normalize()).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Optional.empty(); // The user mistyped it, or it is one of another system.
    }
  }

  /** This is wanted, and nothing else by its key. What is on its way goes on. */
  public void want(SceneFiles.Wanted wanted) {
    View before = views.get(wanted.key());
    if (before != null && before.wanted.equals(wanted) && !before.isOver()) {
      return;
    }
    if (before != null) {
      drop(before);
    }
    try {
      View view = new View(wanted, folders.apply(wanted.folder()), shared);
      views.put(wanted.key(), view);
      unlooked.add(view);
    } catch (IllegalArgumentException e) {
      told.problem(wanted.key(), e.getMessage());
    } catch (RuntimeException e) { // A peer made it up: what comes after it is wanted all the same.
      told.problem(wanted.key(), "These files cannot be made here: " + e);
    }
  }

  private void drop(View view) {
    views.remove(view.wanted.key());
    unlooked.remove(view);
    if (view.isBegun()) {
      dropLacking(view);
    }
  }

  private void dropLacking(View view) {
    Map<Path, Digest> lacking = Map.copyOf(view.lacking);
    view.lacking.clear();
    lacking.forEach(this::drop);
  }

  private void drop(Path target, Digest file) {
    boolean isLast = lackLess(file);
    if (views.values().stream().noneMatch(it -> it.lacks(target, file))) {
      told.drop(file, target, isLast);
    }
  }

  /** One view less lacks it; whether that was the last. */
  private boolean lackLess(Digest file) {
    return lacked.computeIfPresent(file, (key, count) -> count == 1 ? null : count - 1) == null;
  }

  /**
   * Looks at one file, or at a part of a large one; the other views come before the rest of it.
   *
   * @return whether another one is to be looked at
   */
  public boolean step() {
    if (unlooked.isEmpty()) {
      return false;
    }
    View view = unlooked.iterator().next();
    unlooked.remove(view);
    if (view.step(known)) {
      unlooked.add(view);
    }
    if (view.isLookedThrough() && !view.isBegun()) {
      view.lacking.values().forEach(file -> lacked.merge(file, 1, Integer::sum));
      fetch(view);
    }
    settle(view);
    return !unlooked.isEmpty();
  }

  private void fetch(View view) {
    view.begin();
    view.lacking.forEach((target, file) -> told.fetch(file, target));
  }

  private void settle(View view) {
    if (view.isToCompare()) {
      unlooked.add(view);
    } else if (view.isComplete() && !view.isReady()) {
      view.ready();
      dropLacking(view); // It is where its owner has it.
      told.ready(new SceneFiles.Ready(view.wanted.key(), view.path()));
    }
  }

  /** Fetches what is lacking once more: the join is a new one, or what failed is to be tried. */
  public void fetchAgain() {
    views.values().stream().filter(View::isBegun).forEach(this::fetch);
  }

  /** It is known what a file consists of that is fetched. */
  public void described(Digest file) {
    for (View view : views.values()) {
      view.described(file);
      if (view.isBegun()) {
        settle(view);
      }
    }
  }

  /** A file was made there, for all who want it there: those of one tree may share it. */
  public void here(Digest file, Path target) {
    boolean isLast = false;
    for (View view : views.values()) {
      if (view.isBegun() && view.lacking.remove(target, file)) {
        isLast = lackLess(file);
        settle(view);
      }
    }
    if (isLast) {
      told.done(file);
    }
  }

  /** These files will not come by themselves; {@code files} says why not. */
  public void failed(Map<Digest, String> files) {
    for (View view : views.values()) {
      if (view.isFetching()) {
        view.lacking.values().stream()
            .filter(files::containsKey)
            .findFirst()
            .ifPresent(
                file -> {
                  view.failed();
                  told.problem(view.wanted.key(), files.get(file));
                });
      }
    }
  }
}
