package org.multiuser.app;

/** A script says something that cannot be done; the message names the line and what is allowed. */
final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ScriptException(int line, String text) {
    super(line > 0 ? "line " + line + ": " + text : text);
  }
}
