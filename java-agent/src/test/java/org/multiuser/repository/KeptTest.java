package org.multiuser.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** What an animation sets is no edit. */
class KeptTest {
  private static Value.Fields tree(double x, double y, double strength) {
    Value location = new Value.Items(List.of(new Value.Real(x), new Value.Real(y)));
    Value modifier = new Value.Fields(new TreeMap<>(Map.of("strength", new Value.Real(strength))));
    Value modifiers = new Value.Keyed(Map.of("Wave", modifier));
    return new Value.Fields(new TreeMap<>(Map.of("location", location, "modifiers", modifiers)));
  }

  private static Value.Fields keep(String... paths) {
    return Kept.of(
        tree(1, 2, 3),
        tree(10, 20, 30),
        Arrays.stream(paths).map(path -> new Path(List.of(path.split("/")))).toList());
  }

  @Test
  @DisplayName("[BR20] one axis, or a value deep inside, stays as Blender was last seen to hold it")
  void kept() {
    assertEquals(tree(10, 2, 30), keep("location/1"));
    assertEquals(tree(1, 2, 3), keep("location", "modifiers/Wave/strength"));
  }

  @Test
  @DisplayName("[BR20] kept paths that lead nowhere change nothing")
  void nowhere() {
    Value.Fields now = tree(10, 20, 30);
    assertEquals(now, keep("location/2", "location/-1", "gone"));
    assertEquals(now, keep("modifiers/Gone/x", "location/0/deep"));
    assertEquals(now, keep());
  }
}
