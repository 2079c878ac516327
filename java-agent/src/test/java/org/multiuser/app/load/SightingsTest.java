package org.multiuser.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long edits took until another user had them. */
class SightingsTest {
  private static final UUID NODE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private final Sightings sightings = new Sightings();

  @Test
  @DisplayName("who sees an edit has the earlier ones of that datablock, and of no other")
  void earlier() {
    sightings.made(NODE, 1, 1_000_000);
    sightings.made(OTHER, 2, 2_000_000);
    sightings.made(NODE, 3, 3_000_000);
    sightings.seen(NODE, 3, 11_000_000);
    Latencies took = sightings.latencies();
    assertEquals(2, took.count());
    assertEquals(8, took.millis(0));
    assertEquals(10, took.millis(1));
    assertEquals(Map.of(NODE, 3L, OTHER, 2L), sightings.last());
  }

  @Test
  @DisplayName("what came before counts once, and what is deleted is awaited no more")
  void gone() {
    sightings.made(NODE, 1, 0);
    sightings.seen(NODE, 1, 1_000_000);
    sightings.seen(NODE, 1, 9_000_000);
    sightings.made(NODE, 2, 0);
    sightings.deleted(NODE);
    sightings.seen(NODE, 2, 9_000_000);
    assertEquals(1, sightings.latencies().count());
    assertEquals(Map.of(), sightings.last());
  }

  @Test
  @DisplayName("a percentile is the time within which that share was done")
  void percentiles() {
    Latencies times = new Latencies();
    assertEquals(0, times.millis(0.5));
    for (int at = 5_000; at > 0; at--) {
      times.add(at * 1_000_000L);
    }
    assertEquals(2_501, times.millis(0.5));
    assertEquals(4_951, times.millis(0.99));
    assertEquals(5_000, times.millis(1));
  }
}
