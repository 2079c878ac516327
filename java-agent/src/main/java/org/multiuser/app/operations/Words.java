package org.multiuser.app.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts a line of the shell into words, as shells do: "…" and '…' keep what is between them
 * together, and {@code \} takes the next character as it is. What the shell shows as {@code \}
 * {@code u202e} can be typed so. Pure.
 */
final class Words {
  private static final Pattern UNIT = Pattern.compile("u([0-9a-fA-F]{4})");

  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean begun;
  private char quote;

  private Words(String line) {
    this.line = line;
  }

  /**
   * The words of a line.
   *
   * @throws IllegalArgumentException if a quote is not closed
   */
  static List<String> of(String line) {
    return new Words(line).split();
  }

  private List<String> split() {
    int at = 0;
    while (at < line.length()) {
      char next = line.charAt(at);
      if (next == '\\' && at + 1 < line.length()) {
        at += escaped(at + 1);
      } else if (quote != 0) {
        inQuotes(next);
      } else if (next == '"' || next == '\'') {
        quote = next;
        begun = true;
      } else if (Character.isWhitespace(next)) {
        end();
      } else {
        add(next);
      }
      at++;
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed: " + quote);
    }
    end();
    return words;
  }

  private void inQuotes(char next) {
    if (next == quote) {
      quote = 0;
    } else {
      add(next);
    }
  }

  /** How many characters it took. */
  private int escaped(int at) {
    Matcher unit = UNIT.matcher(line).region(at, line.length());
    if (unit.lookingAt()) {
      add((char) Integer.parseInt(unit.group(1), 16));
      return unit.end() - at;
    }
    add(line.charAt(at));
    return 1;
  }

  private void add(char next) {
    word.append(next);
    begun = true;
  }

  private void end() {
    if (begun) {
      words.add(word.toString());
    }
    word.setLength(0);
    begun = false;
  }
}
