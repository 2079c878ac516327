package org.multiuser.app;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Transfer;
import org.multiuser.files.content.SafeName;

/** Sums up where transfers stand. Pure. */
final class SceneProgress {
  private static final int MOST_SHOWN = 50;
  private static final List<Transfer.State> ORDER =
      List.of(Transfer.State.MOVING, Transfer.State.FAILED, Transfer.State.WAITING);

  private SceneProgress() {}

  /** The progress of these transfers. {@code names}: what the file of one is called here. */
  static SceneFiles.Progress of(List<Transfer> all, Function<Transfer, String> names) {
    return new SceneFiles.Progress(
        sum(all, true),
        sum(all, false),
        all.stream()
            .filter(it -> it.state() != Transfer.State.DONE)
            .sorted(Comparator.comparingInt(it -> ORDER.indexOf(it.state())))
            .limit(MOST_SHOWN)
            .map(it -> moving(it, names))
            .toList());
  }

  /** Made safe, for a peer may have named it. */
  private static SceneFiles.Moving moving(Transfer one, Function<Transfer, String> names) {
    return new SceneFiles.Moving(SafeName.of(names.apply(one)), one);
  }

  private static SceneFiles.Sum sum(List<Transfer> all, boolean up) {
    long done = 0;
    long total = 0;
    int files = 0;
    for (Transfer one : all) {
      boolean isGoing =
          one.state() == Transfer.State.WAITING || one.state() == Transfer.State.MOVING;
      if (one.up() == up && isGoing) {
        done += one.doneBytes();
        total += one.totalBytes();
        files++;
      }
    }
    return new SceneFiles.Sum(done, total, files);
  }
}
