package org.multiuser.protocol.model;

import java.util.regex.Pattern;

/** How sessions may be called (SPEC SE6): so that a name can be that of a file anywhere. */
public final class SessionName {
  /** What a name has to match, as a whole. */
  public static final String PATTERN = "[A-Za-z0-9_-]{1,64}";

  private static final Pattern WHOLE = Pattern.compile(PATTERN);

  private SessionName() {}

  /** Whether a session may be called so. */
  public static boolean isOne(String text) {
    return WHOLE.matcher(text).matches();
  }
}
