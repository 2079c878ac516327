package org.multiuser.simulation;

import java.util.List;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.storage.MemoryStore;

/** A disk that keeps what is synced; what is only written may be lost when the server dies. */
final class SimStore {
  private final MemoryStore disk = new MemoryStore();
  private List<StoreChange> written = List.of();

  boolean isWritten() {
    return !written.isEmpty();
  }

  void write(List<StoreChange> changes) {
    written = changes;
  }

  /** What was written is safe from now on; returns it. */
  List<StoreChange> sync() {
    List<StoreChange> safe = written;
    disk.save(safe);
    written = List.of();
    return safe;
  }

  /** What was written and not synced is gone. */
  void lose() {
    written = List.of();
  }

  RoomStore.Stored load() {
    return disk.load();
  }

  List<StoreChange.Entry> read(long from, long maxBytes) {
    return disk.read(from, maxBytes);
  }
}
