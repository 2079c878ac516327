package org.multiuser.server.room;

import java.util.regex.Pattern;

/**
 * Text of others for a terminal or a log: what would move the cursor, end the line, turn the
 * reading direction or cannot be seen stands there as {@code \}{@code u202e} does in Java. Pure.
 */
public final class SafeText {
  private static final int LONGEST = 256;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:/@+-]+");

  private SafeText() {}

  /** The text for a terminal; all of it stays on one line. */
  public static String shown(String text) {
    return escaped(text, false);
  }

  /** The text as a value of a log line: as it is where that is plain, else in quotes. */
  public static String quoted(String text) {
    return PLAIN.matcher(text).matches() && text.length() <= LONGEST
        ? text
        : '"' + escaped(text, true) + '"';
  }

  private static String escaped(String text, boolean quotes) {
    StringBuilder safe = new StringBuilder();
    String bounded = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    bounded
        .codePoints()
        .forEach(
            point -> {
              if (point == '\\' || (quotes && point == '"')) {
                safe.append('\\').appendCodePoint(point);
              } else if (isVisible(point)) {
                safe.appendCodePoint(point);
              } else {
                for (char unit : Character.toChars(point)) {
                  safe.append("\\u%04x".formatted((int) unit));
                }
              }
            });
    return safe.toString();
  }

  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
