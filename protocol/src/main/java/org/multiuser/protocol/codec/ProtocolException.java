package org.multiuser.protocol.codec;

import org.multiuser.protocol.message.ErrorCode;

/**
 * Bytes or values that break the protocol. What was read of them is void; the receiver answers with
 * the code (SPEC ER1–ER4).
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** One sentence of text, in English, that says what was wrong. */
  public ProtocolException(ErrorCode code, String text) {
    super(text);
    this.code = code;
  }

  /** The same, with what brought it to light. */
  public ProtocolException(ErrorCode code, String text, Throwable cause) {
    super(text, cause);
    this.code = code;
  }

  /** What to tell the peer. */
  public ErrorCode code() {
    return code;
  }

  static ProtocolException bad(String text) {
    return new ProtocolException(ErrorCode.BAD_MESSAGE, text);
  }

  static ProtocolException tooLarge(String text) {
    return new ProtocolException(ErrorCode.TOO_LARGE, text);
  }
}
