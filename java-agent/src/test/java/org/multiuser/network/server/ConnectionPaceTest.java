package org.multiuser.network.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.server.room.LogLine;

/** How fast connections may come, and what is told of those that may not. */
class ConnectionPaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int BURST = 80;

  private final ConnectionPace pace = new ConnectionPace(10, 30, 0);
  private long now;

  private int taken(String origin, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += pace.take(origin, now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  @DisplayName("[LM4] one origin may come eight seconds' worth at once, then so many a second")
  void ofOne() {
    assertEquals(BURST, taken("one", 500));
    now = SECOND;
    assertEquals(10, taken("one", 500));
    now += SECOND / 10;
    assertTrue(pace.take("one", now));
    assertFalse(pace.take("one", now));
    assertEquals(BURST, taken("another", 500), "the other one's are its own");
  }

  @Test
  @DisplayName("[LM4] all together have a pace, too")
  void inAll() {
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      taken += taken("10.0.0." + i, 10);
    }
    assertEquals(240, taken);
    now = SECOND;
    assertEquals(30, taken("late", 20) + taken("later", 20));
  }

  @Test
  @DisplayName("[LM4] a million origins take bounded memory")
  void bounded() {
    for (int i = 0; i < 1_000_000; i++) {
      pace.take("10." + i, now);
    }
    assertEquals(ConnectionPace.MOST_ORIGINS, pace.size());
  }

  @Test
  @DisplayName("[CH5] who knocks all the time does not fill the log")
  void quiet() {
    List<String> lines = new ArrayList<>();
    QuietLog log = new QuietLog(lines::add, () -> now);
    for (int i = 0; i < 10_000; i++) {
      log.tell(LogLine.of("refused"));
    }
    assertEquals(50, lines.size());
    now += SECOND;
    log.tell(LogLine.of("refused"));
    assertEquals("event=connections.untold lines=9950", lines.get(50));
    assertEquals(52, lines.size());
  }
}
