package org.multiuser.server.room;

/**
 * One line of the server's log: {@code event=login user="Ann Lee" session=main}. The names of
 * events and facts stay what they are from release to release (docs/operations.md), and no value
 * can end the line or make up a fact. Used by one thread.
 */
public final class LogLine {
  private final StringBuilder text = new StringBuilder();

  private LogLine(String event) {
    text.append("event=").append(event);
  }

  /** A line that says that this happened. */
  public static LogLine of(String event) {
    return new LogLine(event);
  }

  /** Adds a fact; never a password, token or secret. */
  public LogLine with(String name, Object value) {
    text.append(' ').append(name).append('=').append(SafeText.quoted(String.valueOf(value)));
    return this;
  }

  /** The line. */
  @Override
  public String toString() {
    return text.toString();
  }
}
