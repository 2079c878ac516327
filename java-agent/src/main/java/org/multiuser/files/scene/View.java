package org.multiuser.files.scene;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.multiuser.agent.SceneFiles;
import org.multiuser.files.content.ContentCheck;
import org.multiuser.files.content.SafeName;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/** What a datablock of somebody else's refers to, on its way to being here. Used by one thread. */
final class View {
  private static final String NO_NAME = "There are no files of this name that could be made here.";

  final SceneFiles.Wanted wanted;

  /** What is not in the view, as far as that was looked through. */
  final Map<Path, Digest> lacking = new LinkedHashMap<>();

  private final List<Map.Entry<Path, Digest>> targets;
  private final Path answer;

  /** Folders that this artist shares with the others. */
  private final List<Path> shared;

  /** The same files where their owner has them; empty where it is not looked for them. */
  private List<Map.Entry<Path, Digest>> beside;

  /** How many of the targets were looked at. */
  private int looked;

  /** How many of those where their owner has them were found to be the same. */
  private int compared;

  /** The check of the file that is being looked at; null between two files. */
  private ContentCheck check;

  /** What is lacking and of which it is not known yet what it consists of. */
  private final Set<Digest> undescribed = new HashSet<>();

  private boolean isBegun;
  private boolean isReady;
  private boolean isFailed;

  /**
   * What is wanted, of which nothing was looked at yet.
   *
   * @param folder where it is made
   * @param shared folders that this artist shares with the others
   * @throws IllegalArgumentException if it cannot be made here; says why
   */
  View(SceneFiles.Wanted wanted, Path folder, List<Path> shared) {
    this.wanted = wanted;
    this.shared = shared;
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
    Optional<Path> folder = ToldPath.of(wanted.told(), shared).map(Path::getParent);
    List<Map.Entry<Path, Digest>> beside = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      SceneFiles.Named file = wanted.files().get(i);
      Optional<Path> path =
          wanted.isInTree()
              ? ToldPath.of(file.told(), shared)
              : folder.flatMap(it -> ToldPath.in(it, file.name()));
      if (path.isEmpty()) {
        return List.of();
      }
      beside.add(Map.entry(path.get(), targets.get(i).getValue()));
    }
    return beside;
  }

  /**
   * Looks at one file, or at a part of a large one.
   *
   * @param known what files consist of, as far as that is known here
   * @return whether another one is to be looked at now
   */
  boolean step(Function<Digest, Optional<Manifest>> known) {
    if (!isLookedThrough()) {
      Map.Entry<Path, Digest> target = targets.get(looked);
      look(target, known).ifPresent(isThere -> looked(target, isThere));
    } else if (isToCompare()) {
      look(beside.get(compared), known).ifPresent(this::compared);
    }
    return !isLookedThrough() || isToCompare();
  }

  /** Whether the file is the right one; empty while that is not known. */
  private Optional<Boolean> look(
      Map.Entry<Path, Digest> file, Function<Digest, Optional<Manifest>> known) {
    if (check == null) {
      Optional<Manifest> manifest = known.apply(file.getValue());
      if (manifest.isEmpty()) {
        return Optional.of(false);
      }
      check = new ContentCheck(file.getKey(), manifest.get());
    }
    ContentCheck.Answer answer = check.step();
    if (answer == ContentCheck.Answer.MORE) {
      return Optional.empty();
    }
    check = null;
    return Optional.of(answer == ContentCheck.Answer.SAME);
  }

  private void looked(Map.Entry<Path, Digest> target, boolean isThere) {
    looked++;
    if (!isThere) {
      lacking.put(target.getKey(), target.getValue());
      undescribed.add(target.getValue());
    }
  }

  private void compared(boolean isSame) {
    compared++;
    if (!isSame) {
      beside = List.of();
    }
  }

  /**
   * Whether it is to be looked now where their owner has the files. That is when all are here: so
   * whoever sees what is fetched sees the same, whatever is there. Where the artist shares the
   * folder it is when what they consist of is known, and what is the same need not be fetched.
   */
  boolean isToCompare() {
    boolean isTime = lacking.isEmpty() || (undescribed.isEmpty() && isShared());
    return isLookedThrough() && isTime && compared < beside.size();
  }

  private boolean isShared() {
    return beside.stream().allMatch(file -> shared.stream().anyMatch(file.getKey()::startsWith));
  }

  private boolean isAtOwners() {
    return !beside.isEmpty() && compared == beside.size();
  }

  /** What this consists of is known here. */
  void described(Digest file) {
    undescribed.remove(file);
  }

  /** Whether all that is lacking is known. */
  boolean isLookedThrough() {
    return looked == targets.size();
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
    return isLookedThrough() && !isToCompare() && (lacking.isEmpty() || isAtOwners());
  }

  /** Where it is once it is complete: where its owner has it, or in the view. */
  String path() {
    return isAtOwners() ? wanted.told() : answer.toString();
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
    isBegun = true;
    isFailed = false;
  }

  /** Whether it is known to those who fetch what is lacking. */
  boolean isBegun() {
    return isBegun;
  }
}
