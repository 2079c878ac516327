package org.multiuser.app.load;

import java.util.Random;

/**
 * What every user of a load does. Pure.
 *
 * @param objects how many objects each user has of their own
 * @param shared how many objects all of them edit
 * @param meshBytes the coordinates of each user's mesh; a stroke changes a hundredth of them
 * @param editsPerSecond of each user, on average; 0 for as many as are acknowledged
 * @param presencePerSecond of each user
 */
public record LoadProfile(
    int objects, int shared, int meshBytes, double editsPerSecond, double presencePerSecond) {
  private static final int PERCENT = 100;
  private static final int[] SHARES = {60, 15, 17, 8};

  /** What an edit is. */
  public enum Kind {
    /** An object moves: one of the user's own, or a shared one. */
    TRANSFORM,
    /** A stroke over a mesh. */
    STROKE,
    /** A socket of a material's nodes. */
    SOCKET,
    /** An object comes, or an earlier one of these goes. */
    ADD_OR_DELETE
  }

  /** What the next edit is: of a hundred edits 60, 15, 17 and 8, in the order above. */
  public static Kind next(Random random) {
    int drawn = random.nextInt(PERCENT);
    int kind = 0;
    while (drawn >= SHARES[kind]) {
      drawn -= SHARES[kind];
      kind++;
    }
    return Kind.values()[kind];
  }

  /** How long until the next edit, in nanoseconds: as often at any moment as at any other. */
  public long gapNanos(Random random) {
    return editsPerSecond == 0
        ? 0
        : (long) (-Math.log(1 - random.nextDouble()) / editsPerSecond * 1e9);
  }
}
