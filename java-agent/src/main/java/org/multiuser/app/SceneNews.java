package org.multiuser.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.multiuser.agent.SceneFiles;

/** What is to be told of a scene's files until it is fetched; newer replaces older. Thread-safe. */
final class SceneNews {
  private final Map<SceneFiles.Own, SceneFiles.Looked> looked = new LinkedHashMap<>();
  private final Map<String, SceneFiles.Ready> ready = new LinkedHashMap<>();
  private final Set<SceneFiles.Problem> problems = new LinkedHashSet<>();
  private boolean isFresh;

  synchronized void add(SceneFiles.Looked one) {
    looked.put(one.own(), one);
    isFresh = true;
  }

  synchronized void add(SceneFiles.Ready one) {
    ready.put(one.key(), one);
    isFresh = true;
  }

  synchronized void add(SceneFiles.Problem one) {
    problems.add(one);
    isFresh = true;
  }

  /** Whether something came since this was asked last. */
  synchronized boolean isFresh() {
    boolean was = isFresh;
    isFresh = false;
    return was;
  }

  /** All of it, which is forgotten. */
  synchronized SceneFiles.News take() {
    SceneFiles.News all =
        new SceneFiles.News(
            List.copyOf(looked.values()), List.copyOf(ready.values()), new ArrayList<>(problems));
    looked.clear();
    ready.clear();
    problems.clear();
    return all;
  }
}
