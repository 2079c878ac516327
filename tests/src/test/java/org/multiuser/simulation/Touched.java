package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.Path;

/** What an artist did to a datablock since it was last captured. */
final class Touched {
  /** Where to look; deeper than this nothing was reported. */
  final Set<Path> paths = new LinkedHashSet<>();

  private final Set<Path> changed = new LinkedHashSet<>();
  private final Set<Integer> rows = new TreeSet<>();
  private boolean order;
  boolean points;
  boolean structure;
  boolean mask;
  boolean fresh;

  /** Undo or redo exchanged it. */
  boolean rewound;

  boolean deleted;

  /** A value was set or removed. */
  void value(String... keys) {
    paths.add(Path.of(keys));
    changed.add(Path.of(keys));
  }

  /** An item came to a keyed list or went. */
  void item(String list, String key) {
    paths.add(Path.of(list));
    changed.add(Path.of(list, key));
    order = true;
  }

  /** A keyed list was sorted. */
  void order(String list) {
    paths.add(Path.of(list));
    order = true;
  }

  void row(int row) {
    points = true;
    rows.add(row);
  }

  /** All that was done at another time, too. */
  void add(Touched other) {
    paths.addAll(other.paths);
    changed.addAll(other.changed);
    rows.addAll(other.rows);
    order |= other.order;
    points |= other.points;
    structure |= other.structure;
    mask |= other.mask;
    fresh |= other.fresh;
    rewound |= other.rewound;
    deleted |= other.deleted;
  }

  /** Whether it may have got another name. */
  boolean mayBeRenamed() {
    return mayHaveSet(Names.PATH);
  }

  /** Whether it may have another value there. */
  boolean mayHaveSet(Path path) {
    return fresh || rewound || isChanged(path);
  }

  boolean anyBuffer() {
    return points || structure || mask;
  }

  /** What a commit says beyond what the artist did: an echo of somebody else's work. */
  List<Operation> beyond(Commit commit) {
    List<Operation> echoes = new ArrayList<>();
    for (Operation step : commit.operations()) {
      if (!fresh && !isMine(step)) {
        echoes.add(step);
      }
    }
    return echoes;
  }

  /** Where a commit that only sets values sets them. */
  static List<Path> paths(Commit commit) {
    return commit.operations().stream().map(step -> ((Operation.Set) step).path()).toList();
  }

  private boolean isMine(Operation step) {
    if (step instanceof Operation.Set set) {
      return isChanged(set.path());
    }
    if (step instanceof Operation.Remove remove) {
      return isChanged(remove.path());
    }
    if (step instanceof Operation.Order) {
      return order;
    }
    if (step instanceof Operation.PatchBuffer patch && patch.name().equals("points")) {
      return structure || isMine(patch.patch());
    }
    if (step instanceof Operation.Delete) {
      return deleted;
    }
    return anyBuffer() && !(step instanceof Operation.Create);
  }

  private boolean isMine(BufferPatch patch) {
    for (int run = 0; run < patch.starts().length; run++) {
      for (int row = 0; row < patch.counts()[run]; row++) {
        if (!rows.contains(patch.starts()[run] + row)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isChanged(Path path) {
    return changed.stream()
        .anyMatch(
            mine ->
                path.keys().size() >= mine.keys().size()
                    && path.keys().subList(0, mine.keys().size()).equals(mine.keys()));
  }
}
