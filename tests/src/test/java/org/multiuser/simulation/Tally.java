package org.multiuser.simulation;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How often what happened, so that no fault is silently never drawn. Not thread-safe. */
final class Tally {
  /** What a simulation must have met. */
  enum Happening {
    LINKS_CUT,
    LINKS_SILENT,
    LATE_OVER_OLD_LINK,
    OLD_LINK_ENDED_BY_SERVER,
    PUSHED_TWICE,
    PUSHED_AGAIN_THOUGH_KEPT,
    COMMIT_OF_MANY_PARTS,
    CUT_AMID_PARTS,
    AGENT_KILLED,
    JOINED_LATE,
    SERVER_KILLED,
    TAIL_LOST,
    TAIL_KEPT_UNSAID,
    SAVE_FAILED,
    DISK_FULL_STILL,
    KEPT_AFTER_FAILURE,
    READ_FAILED,
    LOAD_FAILED,
    IMAGE_KEPT,
    LOG_TRIMMED,
    READ_WHAT_WAS_TRIMMED,
    OPENED_FROM_IMAGE,
    OPENED_AMID_IMAGE,
    LEFT,
    KICKED,
    BANNED,
    TOLD_KICKED,
    FELL_ASLEEP,
    TIMED_OUT,
    JOINED_ANEW,
    REFUSED_BANNED,
    REFUSED_NAME_TAKEN,
    RELEASED_BY_SERVER,
    UNDONE,
    CAPTURED_REWOUND,
    UNDO_COMMITTED,
    CAPTURED_FULL,
    CAPTURED_PART,
    CAPTURED_UNCHANGED,
    READ_BACK,
    CONSEQUENCE,
    VALUE_REFUSED,
    COMPLETED,
    CAPTURED_BEFORE_APPLYING,
    WAITED_FOR_PUSH,
    PUSHED_BY_HAND,
    EDITED_AMID_BATCH,
    CLAMPED,
    ROUNDED,
    RENAMED,
    RENAMED_BY_SERVER,
    DISPLACED,
    NAMES_SWAPPED,
    MADE_WAY,
    LEFT_OUT_IN_MODE,
    WHOLE_ASKED,
    WRITE_FAILED,
    TAKEN,
    RELEASED,
    GIVEN,
    OWNING_REFUSED,
    REFUSED_NOT_OWNER,
    REFUSED_STALE_STRUCTURE,
    REFUSED_NO_SUCH_NODE,
    REFUSED_NODE_EXISTS,
    OFFERED_AGAIN,
    DELETED,
    CREATED_AGAIN,
    PATCHED_AT_ONCE,
    KEYS_SET_AT_ONCE,
    COMPARED
  }

  private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

  void count(Happening what) {
    counts.merge(what, 1L, Long::sum);
  }

  void add(Tally other) {
    other.counts.forEach((what, number) -> counts.merge(what, number, Long::sum));
  }

  /** What never happened. */
  Set<Happening> missing() {
    Set<Happening> all = EnumSet.allOf(Happening.class);
    all.removeAll(counts.keySet());
    return all;
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
