package org.multiuser.files.scene;

import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.multiuser.agent.SceneFiles.Kind;
import org.multiuser.files.content.SafeName;

/** Which files of its folder the base name of a path stands for. Pure. */
public final class FilePattern {
  private static final String UDIM = "<UDIM>";
  private static final String UVTILE = "<UVTILE>";
  private static final String UDIM_NUMBER = "(?:1(?!000)[0-9]{3}|2000)";
  private static final String UVTILE_NUMBERS = "u[0-9]{1,4}_v[0-9]{1,4}";
  private static final Pattern LAST_DIGITS = Pattern.compile("([0-9]+)[^0-9]*$");
  private static final int STAND_INS = 99;

  private final String base;
  private final Pattern pattern;

  private FilePattern(String base, Pattern pattern) {
    this.base = base;
    this.pattern = pattern;
  }

  /**
   * The pattern that a base name is.
   *
   * @param base without folders; where it has nothing that stands for others it is itself alone
   */
  public static FilePattern of(String base, Kind kind) {
    return new FilePattern(
        base,
        switch (kind) {
          case ONE -> null;
          case SEQUENCE -> sequence(base);
          case TILES -> tiles(base);
        });
  }

  private static Pattern sequence(String base) {
    int dot = base.lastIndexOf('.');
    Matcher digits = LAST_DIGITS.matcher(dot > 0 ? base.substring(0, dot) : base);
    if (!digits.find()) {
      return null;
    }
    String number = "[0-9]{" + digits.group(1).length() + ",}";
    return around(base.substring(0, digits.start(1)), number, base.substring(digits.end(1)));
  }

  private static Pattern tiles(String base) {
    String token = token(base);
    int at = base.indexOf(token);
    return token.isEmpty()
        ? null
        : around(
            base.substring(0, at),
            token.equals(UDIM) ? UDIM_NUMBER : UVTILE_NUMBERS,
            base.substring(at + token.length()));
  }

  private static Pattern around(String before, String number, String after) {
    return Pattern.compile(Pattern.quote(before) + number + Pattern.quote(after));
  }

  /** What stands for the tiles' numbers in a name, empty if nothing does. */
  private static String token(String base) {
    if (base.contains(UDIM)) {
      return UDIM;
    }
    return base.contains(UVTILE) ? UVTILE : "";
  }

  /** Whether it stands for all files of the folder that match, or for one name. */
  public boolean isSet() {
    return pattern != null;
  }

  /** Whether it stands for a file of this name, too. */
  public boolean matches(String name) {
    return pattern == null ? name.equals(base) : pattern.matcher(name).matches();
  }

  /**
   * The base name of a path that a peer has, made safe as the names of its files are: what stands
   * for the tiles' numbers stays.
   *
   * @param told a path of any system, or anything else
   * @return empty if no such name can be made
   */
  public static Optional<String> safe(String told) {
    String base = told.substring(Math.max(told.lastIndexOf('/'), told.lastIndexOf('\\')) + 1);
    String token = token(base);
    if (token.isEmpty()) {
      return Optional.of(SafeName.of(base));
    }
    // Made safe with a number in its place, as the files' names have one there.
    IntFunction<String> number = i -> token.equals(UDIM) ? "1" + (100 + i) : "u1_v" + i;
    return IntStream.rangeClosed(1, STAND_INS)
        .mapToObj(number)
        .filter(one -> isOnce(base.replace(token, one), one))
        .map(one -> putBack(SafeName.of(base.replace(token, one)), one, token))
        .findFirst()
        .filter(name -> name.contains(token));
  }

  private static boolean isOnce(String text, String part) {
    return text.contains(part) && text.indexOf(part) == text.lastIndexOf(part);
  }

  private static String putBack(String name, String number, String token) {
    return isOnce(name, number) ? name.replace(number, token) : name;
  }
}
