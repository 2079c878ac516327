package org.multiuser.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.storage.MemoryStore;
import org.multiuser.simulation.Tally.Happening;

/**
 * A disk that keeps what is synced; what is only written may be lost when the server dies. It
 * remembers besides what it was ever given to keep, for the audit: the log on it gets trimmed.
 */
final class SimStore {
  private final MemoryStore disk = new MemoryStore();
  private final Tally tally;
  private List<StoreChange> written = List.of();
  private final List<StoreChange.Entry> everything = new ArrayList<>();
  private final Map<UUID, Long> kept = new HashMap<>();
  private boolean amidImage;
  private boolean failed;
  private int refusals;

  SimStore(Tally tally) {
    this.tally = tally;
  }

  boolean isWritten() {
    return !written.isEmpty();
  }

  void write(List<StoreChange> changes) {
    written = changes;
  }

  /** What was written is safe from now on. */
  void sync() {
    List<StoreChange> safe = written;
    written = List.of();
    disk.save(safe);
    safe.forEach(this::note);
  }

  private void note(StoreChange change) {
    if (change instanceof StoreChange.Append append) {
      StoreChange.Entry entry = append.entry();
      everything.add(entry);
      if (entry.counter() > 0) {
        kept.merge(entry.author(), entry.counter(), Math::max);
      }
      if (failed) {
        tally.count(Happening.KEPT_AFTER_FAILURE);
        failed = false;
      }
    } else if (change instanceof StoreChange.Restart) {
      everything.clear();
    } else if (change instanceof StoreChange.PutNode || change instanceof StoreChange.DropNode) {
      amidImage = true;
    } else if (change instanceof StoreChange.Checkpoint) {
      tally.count(Happening.IMAGE_KEPT);
      amidImage = false;
    } else if (change instanceof StoreChange.Trim && isTrimmed()) {
      tally.count(Happening.LOG_TRIMMED);
    }
  }

  private boolean isTrimmed() {
    return !everything.isEmpty() && disk.read(1, 1).isEmpty();
  }

  /** What was written and not synced is gone. */
  void lose() {
    written = List.of();
  }

  /**
   * What is written cannot be kept.
   *
   * @param refusals how often the store cannot be opened after that, as the disk is full
   */
  void fail(int refusals) {
    lose();
    failed = true;
    this.refusals = refusals;
  }

  /** Whether there is no room for it to be opened; so often asked, there is some. */
  boolean isFull() {
    return refusals-- > 0;
  }

  RoomStore.Stored load() {
    RoomStore.Stored stored = disk.load();
    if (stored.imageSequence() > 0) {
      tally.count(Happening.OPENED_FROM_IMAGE);
    }
    if (amidImage) {
      tally.count(Happening.OPENED_AMID_IMAGE);
    }
    return stored;
  }

  List<StoreChange.Entry> read(long from, long maxBytes) {
    List<StoreChange.Entry> found = disk.read(from, maxBytes);
    if (found.isEmpty() && from <= everything.size()) {
      tally.count(Happening.READ_WHAT_WAS_TRIMMED);
    }
    return found;
  }

  /** The counter of an author's last commit that is on the disk, 0 if there is none. */
  long kept(UUID author) {
    return kept.getOrDefault(author, 0L);
  }

  /** Every line of the session that was ever kept, in order. */
  List<StoreChange.Entry> everything() {
    return List.copyOf(everything);
  }
}
