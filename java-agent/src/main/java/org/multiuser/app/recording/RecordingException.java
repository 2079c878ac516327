package org.multiuser.app.recording;

/** A file is no recording that can be used, or there is nothing to be done; says what to do. */
public final class RecordingException extends Exception {
  private static final long serialVersionUID = 1;

  RecordingException(String text) {
    super(text);
  }

  RecordingException(String text, Throwable cause) {
    super(text, cause);
  }
}
