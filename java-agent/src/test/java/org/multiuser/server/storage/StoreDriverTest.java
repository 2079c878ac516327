package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;

/** A store that fails is told as such, whatever it throws. */
class StoreDriverTest {
  @Test
  @DisplayName("[AC1] what a store throws comes as StoreFailed, never as Saved; others go on")
  void failure() throws InterruptedException {
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    try (StoreDriver driver = new StoreDriver(new Fakes(), events::add)) {
      driver.load(new Effect.Load("bad"));
      driver.load(new Effect.Load("good"));
      assertInstanceOf(Event.Loaded.class, events.poll(5, TimeUnit.SECONDS));
      assertInstanceOf(Event.Loaded.class, events.poll(5, TimeUnit.SECONDS));
      driver.save(new Effect.Save("bad", List.of()));
      driver.save(new Effect.Save("good", List.of()));
      assertEquals(new Event.StoreFailed("bad", "it broke"), events.poll(5, TimeUnit.SECONDS));
      assertEquals(new Event.Saved("good", 0), events.poll(5, TimeUnit.SECONDS));
    }
  }

  private static final class Fakes implements Stores {
    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public RoomStore open(String session) {
      return session.equals("good") ? new MemoryStore() : new Broken();
    }
  }

  private static final class Broken implements RoomStore {
    @Override
    public Stored load() {
      return Stored.NOTHING;
    }

    @Override
    public void save(List<StoreChange> changes) {
      throw new IllegalStateException("it broke");
    }

    @Override
    public List<StoreChange.Entry> read(long from, long maxBytes) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
