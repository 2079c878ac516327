package org.multiuser.app;

import java.nio.file.Path;
import org.multiuser.server.room.HallSettings;

/**
 * How a server keeps its sessions' files.
 *
 * @param folder where; each session has one of its own in it
 * @param quotaBytes what one session's files may take
 * @param graceMillis how long a file is kept that nothing in the session refers to (SPEC FT8)
 * @param collectMillis how often those are looked for
 */
public record FileSettings(Path folder, long quotaBytes, long graceMillis, long collectMillis) {
  private static final long MOST_BYTES = 256L << 30;
  private static final long HOUR_MILLIS = 3_600_000;

  /** Enough for somebody's undo of the day before. */
  static final int GRACE_HOURS = 24;

  /** The usual settings but for these. */
  public static FileSettings of(Path folder, long quotaBytes, int graceHours) {
    return new FileSettings(
        folder, quotaBytes, graceHours * HOUR_MILLIS, HallSettings.COLLECT_MILLIS);
  }

  /** The usual settings. */
  public static FileSettings usual(Path folder) {
    return of(folder, MOST_BYTES, GRACE_HOURS);
  }
}
