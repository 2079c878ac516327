package org.multiuser.server.storage;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Keeper;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreException;

/**
 * Owns the thread on which all stores are used. Its methods return at once and may be called from
 * any thread; what came of them is told as events, on the store's thread.
 */
public final class StoreDriver implements Keeper {
  private static final long CLOSE_SECONDS = 30;

  private final Stores stores;
  private final Consumer<Event> events;
  private final Comparer comparer;
  private final Map<String, RoomStore> open = new HashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "store");
            made.setDaemon(true);
            return made;
          });

  /**
   * A driver of these stores.
   *
   * @param events takes what happened; must be thread-safe
   */
  public StoreDriver(Stores stores, Consumer<Event> events) {
    this.stores = stores;
    this.events = events;
    comparer = new Comparer(events);
  }

  @Override
  public void load(Effect.Load load) {
    thread.execute(() -> doLoad(load.session()));
  }

  @Override
  public void save(Effect.Save save) {
    thread.execute(
        () ->
            with(
                save.session(),
                store -> {
                  store.save(save.changes());
                  return new Event.Saved(save.session(), store.bytes());
                }));
  }

  @Override
  public void read(Effect.Read read) {
    thread.execute(
        () ->
            with(
                read.session(),
                store ->
                    new Event.EntriesRead(
                        read.session(),
                        read.incarnation(),
                        read.subscriber(),
                        store.read(read.from(), read.maxBytes()))));
  }

  @Override
  public void compare(Effect.Compare compare) {
    comparer.compare(compare);
  }

  @Override
  public void close(Effect.CloseStore close) {
    thread.execute(() -> doClose(close.session()));
  }

  /**
   * Copies what is kept of a session, between two batches; those that come meanwhile wait.
   *
   * @param copy a file that is empty or not there
   * @return done when the copy is; fails with a {@link StoreException}
   */
  public CompletableFuture<Void> copy(String session, Path copy) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            doCopy(session, copy);
            done.complete(null);
          } catch (StoreException | RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private void doCopy(String session, Path copy) throws StoreException {
    RoomStore store = open.get(session);
    if (store != null) {
      copy(session, store, copy);
      return;
    }
    try (RoomStore briefly = stores.open(session)) { // It failed before, and nobody opened it anew.
      copy(session, briefly, copy);
    }
  }

  private static void copy(String session, RoomStore store, Path copy) throws StoreException {
    if (!(store instanceof Copied copied)) {
      throw new StoreException("session " + session + " is not kept in a file", null);
    }
    copied.copyTo(copy);
  }

  @Override
  public void close() {
    comparer.close();
    thread.execute(() -> List.copyOf(open.keySet()).forEach(this::doClose));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Work {
    Event with(RoomStore store) throws StoreException;
  }

  private void with(String session, Work work) {
    RoomStore store = open.get(session);
    if (store == null) {
      return; // It failed before; that was told then.
    }
    try {
      events.accept(work.with(store));
    } catch (StoreException | RuntimeException e) {
      events.accept(new Event.StoreFailed(session, String.valueOf(e.getMessage())));
    }
  }

  private void doLoad(String session) {
    doClose(session);
    try {
      RoomStore store = stores.open(session);
      open.put(session, store);
      events.accept(new Event.Loaded(session, store.load()));
    } catch (StoreException | RuntimeException e) {
      doClose(session);
      events.accept(new Event.LoadFailed(session, String.valueOf(e.getMessage())));
    }
  }

  private void doClose(String session) {
    RoomStore store = open.remove(session);
    if (store != null) {
      store.close();
    }
  }
}
