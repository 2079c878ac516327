package org.multiuser.simulation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose hand was last at which place of one datablock, by the keys that lead there. A mark tells of
 * all inside of its place, but for what was marked there since.
 */
final class Marks {
  /** Others' hand, or nobody's. */
  static final int OTHERS = -1;

  /** Null where the place around tells. */
  private Integer hand;

  private Map<String, Marks> inside = Map.of();

  /** The artist's hand was at these places, whenever it was. */
  static Marks at(Collection<List<String>> places) {
    Marks marks = new Marks();
    places.forEach(place -> marks.mark(place, 0));
    return marks;
  }

  void mark(List<String> place, int by) {
    Marks at = this;
    for (String key : place) {
      if (at.inside.isEmpty()) {
        at.inside = new HashMap<>();
      }
      at = at.inside.computeIfAbsent(key, it -> new Marks());
    }
    at.hand = by;
    at.inside = Map.of();
  }

  /** The highest mark in or around a place, OTHERS if there is none. */
  int newest(List<String> place) {
    Marks at = this;
    int newest = OTHERS;
    for (String key : place) {
      newest = Math.max(newest, at.here(OTHERS));
      at = at.inside.get(key);
      if (at == null) {
        return newest;
      }
    }
    return Math.max(newest, at.newestInside());
  }

  private int newestInside() {
    int newest = here(OTHERS);
    for (Marks mark : inside.values()) {
      newest = Math.max(newest, mark.newestInside());
    }
    return newest;
  }

  /** Whether the artist's hand was last at a place and all inside of it. */
  boolean isMine(List<String> place) {
    Marks at = this;
    int last = OTHERS;
    for (String key : place) {
      last = at.here(last);
      at = at.inside.get(key);
      if (at == null) {
        return last != OTHERS;
      }
    }
    return at.here(last) != OTHERS && at.inside.values().stream().allMatch(Marks::isFreeOfOthers);
  }

  private boolean isFreeOfOthers() {
    return here(0) != OTHERS && inside.values().stream().allMatch(Marks::isFreeOfOthers);
  }

  private int here(int around) {
    return hand == null ? around : hand;
  }
}
