package org.multiuser.server.room;

/**
 * How often a session's image is kept and how much of it at a time, and how often its log is
 * trimmed (SPEC DU3, DU4).
 *
 * @param dueBytes an image is due after so many bytes of the log
 * @param dueEntries or after so many lines
 * @param sliceNodes how many nodes go with one batch
 * @param sliceBytes or after how many bytes of them it is enough
 * @param trimBytes old lines are forgotten after so many bytes of new ones
 * @param trimEntries or after so many new lines
 */
public record ImagePace(
    long dueBytes,
    int dueEntries,
    int sliceNodes,
    long sliceBytes,
    long trimBytes,
    int trimEntries) {
  /** No batch takes long, and a session of any length opens in seconds. */
  public static final ImagePace USUAL =
      new ImagePace(64L << 20, 20_000, 256, 4L << 20, 4L << 20, 128);
}
