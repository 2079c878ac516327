package org.multiuser.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.app.timing.Samples;

/** How long edits took until another user had them. */
class SightingsTest {
  private static final UUID NODE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private final Samples took = new Samples();
  private final Sightings sightings = new Sightings(took);

  @Test
  @DisplayName("who sees an edit has the earlier ones of that datablock, and of no other")
  void earlier() {
    sightings.made(NODE, 1, 1_000_000);
    sightings.made(OTHER, 2, 2_000_000);
    sightings.made(NODE, 3, 3_000_000);
    sightings.seen(NODE, 3, 11_000_000);
    assertEquals(2, took.summary().count());
    assertEquals(8, took.summary().medianMillis());
    assertEquals(10, took.summary().maxMillis());
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
    assertEquals(1, took.summary().count());
    assertEquals(Map.of(), sightings.last());
  }
}
