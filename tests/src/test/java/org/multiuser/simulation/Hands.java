package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.TreeDiff;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;

/**
 * Whose hand wrote last what a Blender shows, as one can see in it: what undo must not take from
 * others (BR23). A place is a path of the tree, a buffer, or one of its rows.
 */
final class Hands {
  private static final List<String> ALL = List.of();
  private static final List<String> NAME = List.of("name");

  /**
   * By datablock: OTHERS, or how many batches the add-on had taken when the artist's hand was
   * there. What is not here was others'.
   */
  private final Map<UUID, Marks> hands = new HashMap<>();

  /** What the artist deleted, and how many batches had been taken by then. */
  private final Map<UUID, Integer> ownDeleted = new HashMap<>();

  private int taken;

  /** Edits that the agent does not know of: where undo takes them away, they never were. */
  private final Map<UUID, Untold> untold = new HashMap<>();

  /**
   * Edits of a datablock that were not captured.
   *
   * @param before what was shown before the first of them
   * @param places what they wrote, and how many batches had been taken by then
   */
  private record Untold(Node before, Map<List<String>, Integer> places) {}

  /** What is to come back where undo or a change from before an edit took it away. */
  private final Map<UUID, List<Lost>> lost = new HashMap<>();

  /**
   * What was shown before.
   *
   * @param taken how many batches had been taken by then: a later one may bring it back
   */
  private record Lost(Node shown, int taken) {}

  private final UUID artist;

  /** Who wrote last by the log and what is pending, of what undo exchanged, as of then. */
  private final Map<UUID, Marks> logs = new HashMap<>();

  /** All artists' commits to what a change brings as a whole, since it was made. */
  private final Map<UUID, List<Commit>> coming = new HashMap<>();

  /** The commit that made each datablock, as far as it was looked at. */
  private final Map<UUID, Optional<String>> made = new HashMap<>();

  /** What was deleted and made anew, before this Blender was told of either. */
  private final Set<UUID> madeAnew = new HashSet<>();

  Hands(UUID artist) {
    this.artist = artist;
  }

  /** A batch of changes is on its way to Blender. */
  void taken() {
    taken++;
  }

  /** Whether a datablock was ever here. */
  boolean knows(UUID id) {
    return hands.containsKey(id);
  }

  /**
   * The next batch changes a datablock. If others deleted it and made it anew, it cannot be seen
   * which of the artist's commits were under way meanwhile and come after that.
   *
   * @param commits all to it since it was made, in order
   * @param back whether it is gone from Blender and comes back
   */
  void coming(UUID id, List<Commit> commits, boolean back) {
    boolean anew = isMadeAnew(id, commits);
    if (back) {
      coming.put(id, commits);
    } else if (anew) {
      coming.put(id, commits);
      madeAnew.add(id);
    }
  }

  /**
   * Undo exchanged a datablock. Others may have deleted it and made it anew, without this Blender
   * being told of it; and where an edit was refused, what comes back may be the artist's own, which
   * cannot be seen either.
   *
   * @param commits all to it since it was made, in order
   */
  void rewound(UUID id, List<Commit> commits) {
    Marks log = new Marks();
    for (Commit commit : commits) {
      int hand = commit.author().equals(artist) ? taken : Marks.OTHERS;
      places(commit).forEach(place -> log.mark(place, hand));
    }
    logs.put(id, log);
    if (isMadeAnew(id, commits)) {
      commits.forEach(commit -> wrote(commit, taken, place -> true));
    }
  }

  private boolean isMadeAnew(UUID id, List<Commit> commits) {
    Optional<String> now = commits.stream().findFirst().map(Hands::name);
    Optional<String> before = made.put(id, now);
    return before != null && !before.equals(now);
  }

  private static String name(Commit commit) {
    return commit.author() + " " + commit.counter();
  }

  /** Whoever made a commit wrote at its places; the artist when so many batches had been taken. */
  private void wrote(Commit commit, int when, Predicate<List<String>> counts) {
    int hand = commit.author().equals(artist) ? when : Marks.OTHERS;
    places(commit).stream().filter(counts).forEach(place -> mark(commit.node(), place, hand));
  }

  /** The artist made this of what was shown before, null for nothing. */
  void edited(UUID id, Node before, Node after) {
    if (before == null) {
      mark(id, ALL, taken); // Whoever is the first to show a datablock made it, also by undo.
      return;
    }
    Untold edits = untold.computeIfAbsent(id, key -> new Untold(before, new LinkedHashMap<>()));
    places(before, after).forEach(place -> edits.places.put(place, taken));
  }

  /** What the artist did to a datablock was captured as an edit. */
  void told(UUID id) {
    Untold edits = untold.remove(id);
    if (edits != null) {
      edits.places.forEach((place, when) -> mark(id, place, when));
    }
  }

  /** Undo or redo is about to exchange a datablock. */
  void exchanged(UUID id, Node shown) {
    leaving(id, shown);
    Untold edits = untold.remove(id);
    if (edits != null) {
      leaving(id, edits.before);
    }
  }

  /** The artist's edit was captured, perhaps together with what stands around it. */
  void committed(Commit commit) {
    for (Operation step : commit.operations()) {
      if (step instanceof Operation.Delete) {
        ownDeleted.put(commit.node(), taken);
      } else if (step instanceof Operation.Create) {
        ownDeleted.remove(commit.node());
        made.put(commit.node(), Optional.of(name(commit)));
      }
    }
    places(commit).forEach(place -> mark(commit.node(), place, taken));
  }

  /** The agent offered the artist's version anew; a change brings what of it is not shown yet. */
  void offered(Commit commit, Node shown) {
    committed(commit);
    if (shown != null && commit.newStructure() != 0) {
      leaving(commit.node(), SimTree.apply(shown, commit.operations()));
    }
  }

  /** A datablock is deleted, or about to be exchanged by undo or a change from before an edit. */
  void leaving(UUID id, Node shown) {
    lost.computeIfAbsent(id, key -> new ArrayList<>()).add(new Lost(shown, taken));
  }

  /**
   * A change came. What it brings back is whose it was; what the artist did since it was taken
   * comes after it, and will be brought back by another one.
   *
   * @param underWay how many batches were taken and are not applied to the end; it stands in the
   *     first of them
   */
  void applied(UUID id, Node before, Node after, int underWay) {
    int batch = taken - underWay + 1;
    if (after == null && ownDeleted.remove(id) != null) {
      return; // It had come back meanwhile, and goes as it should.
    }
    List<Lost> known = List.copyOf(lost.getOrDefault(id, List.of()));
    lost.getOrDefault(id, new ArrayList<>()).removeIf(it -> it.taken < batch);
    if (before == null) {
      // A change from before the deletion: it goes once more, still by the artist's own hand.
      ownDeleted.computeIfPresent(id, (key, at) -> at < batch ? null : at);
      if (!known.isEmpty()) {
        return; // It was deleted and is back, before anybody was told.
      }
    }
    List<Marks> news = known.stream().map(it -> Marks.at(places(it.shown, after))).toList();
    Set<List<String>> changed = places(before, after);
    Marks marks = hands.computeIfAbsent(id, key -> new Marks());
    if (changed.removeIf(place -> marks.newest(place) >= batch)) {
      leaving(id, before);
    }
    changed.removeIf(place -> news.stream().anyMatch(it -> it.newest(place) == Marks.OTHERS));
    changed.forEach(place -> marks.mark(place, Marks.OTHERS));
    boolean anew = madeAnew.remove(id);
    if (before == null || anew) {
      for (Commit commit : coming.getOrDefault(id, List.of())) {
        wrote(commit, batch - 1, place -> before == null || marks.newest(place) < batch);
      }
    }
  }

  /** A new agent does not know who deleted what is not there. */
  void restarted(Set<UUID> shown) {
    Set.copyOf(untold.keySet()).forEach(this::told);
    hands.keySet().stream().filter(id -> !shown.contains(id)).forEach(id -> mark(id, ALL, taken));
  }

  /** What a commit that came of undo takes from others. */
  List<Operation> beyond(Commit commit) {
    List<Operation> taken = new ArrayList<>();
    List<Lost> known = lost.getOrDefault(commit.node(), List.of());
    Marks log = logs.getOrDefault(commit.node(), new Marks());
    for (Operation step : commit.operations()) {
      boolean mine =
          isMine(commit.node(), places(step, null))
              || places(step, null).stream().allMatch(log::isMine)
              || known.stream().anyMatch(it -> isMine(commit.node(), places(step, it.shown)));
      if (!mine) {
        taken.add(step);
      }
    }
    return taken;
  }

  private void mark(UUID id, List<String> place, int hand) {
    hands.computeIfAbsent(id, key -> new Marks()).mark(place, hand);
  }

  private boolean isMine(UUID id, Set<List<String>> places) {
    Marks marks = hands.get(id);
    return places.stream().allMatch(place -> marks != null && marks.isMine(place));
  }

  // --- places ---

  private static Set<List<String>> places(Node before, Node after) {
    Set<List<String>> places = new LinkedHashSet<>();
    if (before == null || after == null) {
      places.add(ALL);
      return places;
    }
    TreeDiff.between(before.properties(), after.properties())
        .forEach(step -> places.addAll(places(step, null)));
    if (EchoBlender.stem(before.properties()).equals(EchoBlender.stem(after.properties()))) {
      places.remove(NAME); // Blender's own doing: two cannot have one name.
    }
    Set<String> names = new TreeSet<>(before.buffers().keySet());
    names.addAll(after.buffers().keySet());
    names.forEach(name -> places.addAll(rows(name, before, after.buffers().get(name))));
    return places;
  }

  /** What a commit writes; with a topology it drops the buffers that it does not bring (CM9). */
  private static List<List<String>> places(Commit commit) {
    List<List<String>> places = new ArrayList<>();
    if (commit.newStructure() != 0) {
      SimTree.BUFFERS.forEach(name -> places.add(buffer(name)));
    }
    commit.operations().forEach(step -> places.addAll(places(step, null)));
    return places;
  }

  /**
   * What a step writes.
   *
   * @param base of a buffer that is replaced: only the rows that differ from this one's; or null
   */
  private static Set<List<String>> places(Operation step, Node base) {
    if (step instanceof Operation.Set set) {
      return Set.of(set.path().keys());
    } else if (step instanceof Operation.Remove remove) {
      return Set.of(remove.path().keys());
    } else if (step instanceof Operation.Order) {
      return Set.of(); // The order follows from who added and removed what: it is no one's.
    } else if (step instanceof Operation.ReplaceBuffer replace) {
      return rows(replace.name(), base, replace.buffer());
    } else if (step instanceof Operation.RemoveBuffer remove) {
      return Set.of(buffer(remove.name()));
    } else if (step instanceof Operation.PatchBuffer patch) {
      Set<List<String>> rows = new HashSet<>();
      int[] starts = patch.patch().starts();
      for (int run = 0; run < starts.length; run++) {
        for (int row = 0; row < patch.patch().counts()[run]; row++) {
          rows.add(row(patch.name(), starts[run] + row));
        }
      }
      return rows;
    }
    return Set.of(ALL);
  }

  private static Set<List<String>> rows(String name, Node before, Buffer now) {
    Buffer old = before == null ? null : before.buffers().get(name);
    if (old == null || now == null || old.rows() != now.rows()) {
      return Set.of(buffer(name));
    }
    Set<List<String>> rows = new HashSet<>();
    int bytes = now.rowBytes();
    for (int at = 0; at < now.bytes().length; at += bytes) {
      if (!Arrays.equals(old.bytes(), at, at + bytes, now.bytes(), at, at + bytes)) {
        rows.add(row(name, at / bytes));
      }
    }
    return rows;
  }

  private static List<String> buffer(String name) {
    return List.of("buffer " + name);
  }

  private static List<String> row(String name, int row) {
    return List.of("buffer " + name, String.valueOf(row));
  }
}
