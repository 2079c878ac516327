package org.multiuser.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the users of a load do, and how often. */
class LoadProfileTest {
  private static final int DRAWN = 20_000;

  @Test
  @DisplayName("the kinds of edits have their shares, and a seed gives the same ones again")
  void shares() {
    Map<LoadProfile.Kind, Integer> found = new EnumMap<>(LoadProfile.Kind.class);
    Random random = new Random(1);
    Random same = new Random(1);
    for (int at = 0; at < DRAWN; at++) {
      LoadProfile.Kind kind = LoadProfile.next(random);
      assertEquals(kind, LoadProfile.next(same));
      found.merge(kind, 1, Integer::sum);
    }
    assertEquals(0.60, share(found, LoadProfile.Kind.TRANSFORM), 0.02);
    assertEquals(0.15, share(found, LoadProfile.Kind.STROKE), 0.02);
    assertEquals(0.17, share(found, LoadProfile.Kind.SOCKET), 0.02);
    assertEquals(0.08, share(found, LoadProfile.Kind.ADD_OR_DELETE), 0.02);
  }

  private static double share(Map<LoadProfile.Kind, Integer> found, LoadProfile.Kind kind) {
    return found.get(kind) / (double) DRAWN;
  }

  @Test
  @DisplayName("edits come at their rate; at none there is no waiting")
  void rate() {
    LoadProfile ten = new LoadProfile(1, 1, 12, 10, 0);
    Random random = new Random(1);
    double nanos = 0;
    for (int at = 0; at < DRAWN; at++) {
      nanos += ten.gapNanos(random);
    }
    assertEquals(0.1, nanos / DRAWN / 1e9, 0.003);
    assertEquals(0, new LoadProfile(1, 1, 12, 0, 0).gapNanos(random));
  }
}
