package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;

/**
 * Brings a session's changes to its store in order and does what waits for them once they are
 * durable (SPEC AC1). One batch is on its way at a time; what comes up meanwhile makes the next.
 */
final class Journal {
  private final String session;
  private final Outbox out;
  private List<StoreChange> nextChanges = new ArrayList<>();
  private List<Runnable> nextActions = new ArrayList<>();
  private List<Runnable> savingActions = List.of();
  private boolean saving;

  Journal(String session, Outbox out) {
    this.session = session;
    this.out = out;
  }

  /** Keeps a change, without anything that waits for it. */
  void keep(StoreChange change) {
    nextChanges.add(change);
  }

  /** Keeps a change, then does this. */
  void keep(StoreChange change, Runnable whenDurable) {
    nextChanges.add(change);
    nextActions.add(whenDurable);
  }

  /** Keeps an image's end, of which the log tells (SPEC DU3). */
  void keepImage(StoreChange.Checkpoint image) {
    LogLine line = LogLine.of("save").with("session", session).with("image", image.sequence());
    keep(image, () -> out.log(line));
  }

  /** Does this once everything handed in so far is durable; at once if it is already. */
  void afterwards(Runnable action) {
    if (!saving && nextChanges.isEmpty()) {
      action.run();
    } else {
      nextActions.add(action);
    }
  }

  /** Sends the next batch on its way if there is one and the way is free. */
  void flush() {
    if (!saving && !nextChanges.isEmpty()) {
      saving = true;
      out.add(new Effect.Save(session, nextChanges));
      savingActions = nextActions;
      nextChanges = new ArrayList<>();
      nextActions = new ArrayList<>();
    }
  }

  /** The batch on its way has become durable. */
  void saved() {
    List<Runnable> actions = savingActions;
    savingActions = List.of();
    saving = false;
    actions.forEach(Runnable::run);
    if (nextChanges.isEmpty()) {
      List<Runnable> free = nextActions;
      nextActions = new ArrayList<>();
      free.forEach(Runnable::run);
    }
    flush();
  }

  /** Whether something is not durable yet. */
  boolean isBusy() {
    return saving || !nextChanges.isEmpty();
  }
}
