package org.multiuser.server.storage.backup;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multiuser.protocol.model.SessionName;

/**
 * What is in a backup: its last entry, and the first that is read. A first line with the form, one
 * with what made it, and then for each file its SHA-256, its length in bytes and its path.
 *
 * @param made what made it, and when; for people
 * @param files by path, in the order in which they were written
 */
record BackupIndex(String made, Map<String, Entry> files) {
  /** The entry's name in the archive. */
  static final String NAME = "multi-user-backup.txt";

  /** More than any server has; keeps a made-up archive from taking all memory. */
  static final long MOST_BYTES = 256L << 20;

  private static final String FORM = "multi-user-backup 1";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d{1,18}) (\\S+)");

  /** All that a data folder can hold: nothing else is ever written from an archive. */
  private static final Pattern PATH =
      Pattern.compile(
          SessionName.PATTERN
              + "\\.session|"
              + SessionName.PATTERN
              + "\\.files/manifests/[0-9a-f]{64}\\.manifest|"
              + SessionName.PATTERN
              + "\\.files/chunks/[0-9a-f]{2}/[0-9a-f]{64}\\.chunk|"
              + "server-certificate\\.pem");

  /**
   * What is known of one file.
   *
   * @param sha256 in hexadecimal digits
   */
  record Entry(String sha256, long bytes) {}

  /** Whether a file of this path may be in a data folder. */
  static boolean isPath(String path) {
    return PATH.matcher(path).matches();
  }

  /** The index as it is written. */
  String text() {
    StringBuilder text = new StringBuilder(FORM).append('\n').append(made).append('\n');
    files.forEach(
        (path, entry) ->
            text.append(entry.sha256)
                .append(' ')
                .append(entry.bytes)
                .append(' ')
                .append(path)
                .append('\n'));
    return text.toString();
  }

  /**
   * Reads an index.
   *
   * @throws IOException if it is none, or names what cannot be in a data folder; says what to do
   */
  static BackupIndex parse(List<String> lines) throws IOException {
    if (lines.size() < 2 || !lines.get(0).equals(FORM)) {
      throw new IOException(
          "it is no backup of Multi-User, or one of a later version; choose another file");
    }
    Map<String, Entry> files = new LinkedHashMap<>();
    for (String line : lines.subList(2, lines.size())) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches() || !isPath(parts.group(3))) {
        throw new IOException("it names what no server keeps; choose another backup");
      }
      Entry entry = new Entry(parts.group(1), Long.parseLong(parts.group(2)));
      if (files.put(parts.group(3), entry) != null) {
        throw new IOException("it names a file twice; choose another backup");
      }
    }
    return new BackupIndex(lines.get(1), files);
  }
}
