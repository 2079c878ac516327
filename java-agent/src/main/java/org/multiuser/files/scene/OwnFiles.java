package org.multiuser.files.scene;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.multiuser.agent.SceneFiles;
import org.multiuser.files.content.Stamp;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/**
 * This user's files that the scene uses: looks through them, and again when they change. Slow, as
 * disks are; stepped by one thread.
 */
public final class OwnFiles {
  private static final long ROUND_NANOS = 2_000_000_000L;
  private static final int MOST_A_ROUND = 2_000;

  private final Cut cut;
  private final LongSupplier nanos;
  private final Listener told;
  private final Map<SceneFiles.Own, OwnSet> sets = new LinkedHashMap<>();
  private final Map<Path, OwnFile> files = new HashMap<>();

  /** Which files have a content. */
  private final Map<Digest, Set<OwnFile>> contents = new LinkedHashMap<>();

  /** Not looked at yet since the folders were listed. */
  private final Deque<OwnFile> round = new ArrayDeque<>();

  private final Set<OwnFile> settling = new LinkedHashSet<>();
  private final Deque<OwnFile> due = new ArrayDeque<>();
  private long roundNanos;

  /** Looks through a file. */
  @FunctionalInterface
  public interface Cut {
    /**
     * What the file consists of.
     *
     * @throws IOException if it cannot be read
     */
    Manifest of(Path file) throws IOException;
  }

  /** Told what came of it, on the thread that steps. */
  public interface Listener {
    /** The session is to have this; {@code name} is what a file with it is called. */
    void offer(Manifest manifest, String name);

    /** No file has this content any more. */
    void withdraw(Digest content);

    /** A path stands for something else than before. */
    void looked(SceneFiles.Looked looked);

    /** The user should know something of an own path. */
    void problem(SceneFiles.Own own, String text);
  }

  /**
   * No files yet.
   *
   * @param nanos a clock that rises
   */
  public OwnFiles(Cut cut, LongSupplier nanos, Listener told) {
    this.cut = cut;
    this.nanos = nanos;
    this.told = told;
    roundNanos = nanos.getAsLong();
  }

  /** The scene uses this; watching twice is watching once. */
  public void watch(SceneFiles.Own own) {
    if (sets.containsKey(own)) {
      return;
    }
    OwnSet set = OwnSet.of(own);
    sets.put(own, set);
    list(set, true);
    tell(set);
  }

  /** Takes in what is new in a set's folder. */
  private void list(OwnSet set, boolean atOnce) {
    boolean wasTooLarge = set.isTooLarge;
    for (Path path : set.list()) {
      OwnFile file = files.computeIfAbsent(path, OwnFile::new);
      if (file.sets.add(set)) {
        set.files.put(file.name(), file);
        set.due += file.isDue ? 1 : 0;
        look(file, atOnce);
      }
    }
    if (set.isTooLarge && !wasTooLarge) {
      told.problem(
          set.own,
          "More than "
              + OwnSet.MOST_FILES
              + " files belong to "
              + set.own.path()
              + ": only the first of them are shared.");
    }
  }

  /** Looks for what changed; to be called about once a second, does less than it may most times. */
  public void look() {
    Set.copyOf(settling).forEach(file -> look(file, false));
    if (nanos.getAsLong() - roundNanos >= ROUND_NANOS) {
      roundNanos = nanos.getAsLong();
      if (round.isEmpty()) {
        sets.values().forEach(set -> list(set, false));
        round.addAll(files.values());
      }
      for (int i = 0; i < MOST_A_ROUND && !round.isEmpty(); i++) {
        look(round.remove(), false);
      }
    }
  }

  private void look(OwnFile file, boolean atOnce) {
    if (file.isDue) {
      return;
    }
    if (file.look(nanos.getAsLong(), atOnce)) {
      settling.remove(file);
      file.isDue = true;
      file.sets.forEach(set -> set.due++);
      due.add(file);
    } else {
      settle(file);
    }
  }

  private void settle(OwnFile file) {
    if (file.isSettling()) {
      settling.add(file);
    } else if (settling.remove(file)) {
      file.sets.forEach(this::tell); // It went, or is what it was: nothing more is to come of it.
    }
  }

  /**
   * Looks through one file that is due.
   *
   * @return whether another one is
   */
  public boolean step() {
    OwnFile file = due.poll();
    if (file == null) {
      return false;
    }
    file.isDue = false;
    file.sets.forEach(set -> set.due--);
    cut(file);
    settle(file);
    file.sets.forEach(this::tell);
    return !due.isEmpty();
  }

  private void cut(OwnFile file) {
    Optional<Stamp> before = Stamp.of(file.path);
    if (before.isEmpty()) {
      file.look(nanos.getAsLong(), false);
      return;
    }
    try {
      Manifest manifest = cut.of(file.path);
      if (file.looked(before.get(), nanos.getAsLong())) {
        take(file, manifest);
      }
    } catch (IOException | RuntimeException e) {
      if (file.looked(before.get(), nanos.getAsLong())) {
        String text = "The file " + file.path + " cannot be read: " + e.getMessage();
        file.sets.forEach(set -> told.problem(set.own, text));
      }
    }
  }

  private void take(OwnFile file, Manifest manifest) {
    Manifest before = file.manifest;
    file.manifest = manifest;
    Digest content = manifest.file();
    if (before != null && before.file().equals(content)) {
      return;
    }
    Set<OwnFile> with = contents.computeIfAbsent(content, key -> new LinkedHashSet<>());
    with.add(file);
    told.offer(manifest, file.name());
    if (before != null) {
      Set<OwnFile> left = contents.get(before.file());
      left.remove(file);
      if (left.isEmpty()) {
        contents.remove(before.file());
        told.withdraw(before.file());
      }
    }
  }

  private void tell(OwnSet set) {
    set.news().ifPresent(told::looked);
  }

  /** All that the session is to have. */
  public Collection<Manifest> offered() {
    return contents.values().stream().map(with -> with.iterator().next().manifest).toList();
  }
}
