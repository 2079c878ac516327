package org.multiuser.files.content;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * Makes a file's name out of what a peer says it is called, one that Linux, Windows and macOS take
 * and that leads nowhere (SPEC FI5). Pure.
 */
public final class SafeName {
  /** The longest name in bytes of UTF-8: the file systems' 255 leave room for what is added. */
  public static final int LONGEST_BYTES = 150;

  private static final int LONGEST_ENDING = 16;
  private static final String NAMELESS = "file";
  private static final String FORBIDDEN = "<>:\"/\\|?*";
  private static final Set<String> DEVICES =
      Set.of("con", "prn", "aux", "nul", "conin$", "conout$", "clock$");

  private SafeName() {}

  /**
   * The name to give the file.
   *
   * @param said a path of any system, or anything else
   */
  public static String of(String said) {
    String name = said.substring(Math.max(said.lastIndexOf('/'), said.lastIndexOf('\\')) + 1);
    StringBuilder kept = new StringBuilder();
    name.codePoints()
        .filter(SafeName::isShown)
        .map(point -> FORBIDDEN.indexOf(point) >= 0 ? '_' : point)
        .forEach(kept::appendCodePoint);
    name = trimmed(Normalizer.normalize(kept, Normalizer.Form.NFC));
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    String ending = dot < 0 ? "" : name.substring(dot);
    if (bytes(ending) > LONGEST_ENDING) {
      stem = name;
      ending = "";
    }
    stem = trimmed(shortened(stem, LONGEST_BYTES - bytes(ending)));
    if (stem.isEmpty()) {
      stem = NAMELESS;
    }
    return (isDevice(stem) ? "_" + stem : stem) + ending;
  }

  /** Neither control characters, nor what turns or hides the text, nor halves of characters. */
  private static boolean isShown(int point) {
    int type = Character.getType(point);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.SURROGATE
        && type != Character.UNASSIGNED
        && type != Character.PRIVATE_USE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }

  /** Windows drops dots and spaces at the end; at the beginning they hide a file. */
  private static String trimmed(String name) {
    int from = 0;
    int end = name.length();
    while (from < end && " .".indexOf(name.charAt(from)) >= 0) {
      from++;
    }
    while (end > from && " .".indexOf(name.charAt(end - 1)) >= 0) {
      end--;
    }
    return name.substring(from, end);
  }

  private static boolean isDevice(String stem) {
    String first = stem.split("\\.", 2)[0].strip().toLowerCase(Locale.ROOT);
    return DEVICES.contains(first) || first.matches("(com|lpt)[0-9\u00b9\u00b2\u00b3]");
  }

  private static String shortened(String text, int most) {
    StringBuilder kept = new StringBuilder(text);
    while (bytes(kept.toString()) > most) {
      kept.setLength(kept.length() - Character.charCount(kept.codePointBefore(kept.length())));
    }
    return kept.toString();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
