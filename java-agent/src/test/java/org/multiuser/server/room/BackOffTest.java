package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Waiting after wrong passwords (SPEC LI3), and who counts as one. */
class BackOffTest {
  private final BackOff backOff = new BackOff();

  @Test
  @DisplayName("[LI3] guesses from a million addresses take bounded memory")
  void bounded() {
    for (int i = 0; i < 1_000_000; i++) {
      backOff.failed("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), i);
    }
    assertEquals(BackOff.MOST_ORIGINS, backOff.size());
  }

  @Test
  @DisplayName("[LI3] of too many origins the one that failed the longest ago is forgotten")
  void oldest() {
    backOff.failed("first", 0);
    backOff.failed("second", 0);
    backOff.failed("first", 1);
    for (int i = 2; i < BackOff.MOST_ORIGINS; i++) {
      backOff.failed("other " + i, 2);
    }
    assertTrue(backOff.mustWait("second", 3));
    backOff.failed("one more", 3);
    assertFalse(backOff.mustWait("second", 3));
    assertTrue(backOff.mustWait("first", 3));
  }

  @Test
  @DisplayName("[LI3] 0.25 s, doubling to 8 s; forgotten after ten minutes")
  void doubles() {
    long now = 0;
    for (long millis : new long[] {250, 500, 1000, 2000, 4000, 8000, 8000}) {
      backOff.failed("one", now);
      assertTrue(backOff.mustWait("one", now + millis * 1_000_000 - 1));
      now += millis * 1_000_000;
      assertFalse(backOff.mustWait("one", now));
    }
    backOff.tick(now + 600_000_000_000L);
    assertEquals(1, backOff.size());
    backOff.tick(now + 600_000_000_001L);
    assertEquals(0, backOff.size());
  }

  @Test
  @DisplayName("[LI3, LM4] an IPv6 network of 64 bits counts as one, an IPv4 address for itself")
  void origins() {
    assertEquals("192.0.2.7", Origin.of("192.0.2.7"));
    assertEquals("2001:db8:1:2::/64", Origin.of("2001:db8:1:2:3:4:5:6"));
    assertEquals("2001:db8:1:2::/64", Origin.of("2001:db8:1:2:0:0:0:1%eth0"));
    assertEquals("0:0:0:0::/64", Origin.of("0:0:0:0:0:0:0:1"));
  }
}
