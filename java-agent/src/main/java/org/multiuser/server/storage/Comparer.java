package org.multiuser.server.storage;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;

/**
 * Works out content hashes on a thread of its own: a node of a gigabyte takes seconds and holds up
 * neither the session nor the store. Any thread may call it.
 */
final class Comparer implements AutoCloseable {
  private final Consumer<Event> events;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "compare");
            made.setDaemon(true);
            return made;
          });

  Comparer(Consumer<Event> events) {
    this.events = events;
  }

  /** Answers with Compared. */
  void compare(Effect.Compare compare) {
    thread.execute(() -> events.accept(compare.result()));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
