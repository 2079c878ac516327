package org.multiuser.files.scene;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.multiuser.agent.SceneFiles;
import org.multiuser.protocol.file.Digest;

/**
 * What others' datablocks refer to: finds it where its owner has it, or in the cache, or has it
 * fetched. Slow, as disks are; stepped by one thread.
 */
public final class WantedFiles {
  private final Function<String, Path> folders;
  private final Listener told;
  private final Map<String, View> views = new LinkedHashMap<>();

  /** How many views lack a content: it is fetched as long as there is one. */
  private final Map<Digest, Integer> lacked = new HashMap<>();

  private final Deque<View> unlooked = new ArrayDeque<>();

  /** Told what came of it, on the thread that steps. */
  public interface Listener {
    /**
     * This is to be fetched and made there, after which {@link WantedFiles#here} is to be called.
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
   */
  public WantedFiles(Function<String, Path> folders, Listener told) {
    this.folders = folders;
    this.told = told;
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
      View view = new View(wanted, folders.apply(wanted.folder()));
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
    if (view.isLookedThrough()) {
      view.lacking.forEach(this::drop);
    }
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
   * Looks at one file.
   *
   * @return whether another one is to be looked at
   */
  public boolean step() {
    View view = unlooked.poll();
    if (view == null) {
      return false;
    }
    boolean isCurrent = views.get(view.wanted.key()) == view;
    if (isCurrent && view.step()) {
      unlooked.addFirst(view);
    } else if (isCurrent) {
      view.lacking.values().forEach(file -> lacked.merge(file, 1, Integer::sum));
      fetch(view);
      settle(view);
    }
    return !unlooked.isEmpty();
  }

  private void fetch(View view) {
    view.begin();
    view.lacking.forEach((target, file) -> told.fetch(file, target));
  }

  private void settle(View view) {
    if (view.isComplete() && !view.isReady()) {
      view.ready();
      told.ready(new SceneFiles.Ready(view.wanted.key(), view.path()));
    }
  }

  /** Fetches what is lacking once more: the join is a new one, or what failed is to be tried. */
  public void fetchAgain() {
    views.values().stream().filter(View::isLookedThrough).forEach(this::fetch);
  }

  /** A file was made there, for all who want it there: those of one tree may share it. */
  public void here(Digest file, Path target) {
    boolean isLast = false;
    for (View view : views.values()) {
      if (view.isLookedThrough() && view.lacking.remove(target, file)) {
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
