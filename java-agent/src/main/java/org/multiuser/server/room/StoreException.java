package org.multiuser.server.room;

/** A session could not be kept or read; the message says what to do. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * A failure.
   *
   * @param message what went wrong and what to do
   * @param cause what the store said, or null
   */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
