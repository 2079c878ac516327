package org.multiuser.network.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Checks what a peer sends against ZMTP 3 as SPEC CH5 allows it, before any of it reaches the
 * ZeroMQ library. Pure: it is handed bytes and says how many of them may pass. What it does not
 * take yet (part of a header or of a command) is to be handed in again with more behind it.
 *
 * <p>Used by one thread at a time.
 */
final class ZmtpChecker {
  /** What may be done with the bytes at the front of the input. */
  enum Kind {
    /** The first {@code bytes} are sound: pass them on. */
    PASS,
    /** The first {@code bytes} are the peer's READY command: the handshake is complete. */
    READY,
    /** Nothing can be said before more has come. */
    MORE,
    /** The peer broke the rules: end the link. */
    BROKEN
  }

  /**
   * The outcome of a check.
   *
   * @param kind what it is
   * @param bytes how many bytes from the front it speaks of
   * @param reason why the link must end, empty unless broken
   */
  record Verdict(Kind kind, int bytes, String reason) {}

  /** The longest command that is let through, in bytes. */
  static final int MAX_COMMAND_BYTES = 4096;

  /** Why a link ends over which the peer wants to agree on encryption. */
  static final String ENCRYPTED = "it encrypts, and this server was started with --plain";

  private static final int TLS_HANDSHAKE = 0x16;
  private static final Verdict MORE = new Verdict(Kind.MORE, 0, "");
  private static final int GREETING_BYTES = 64;
  private static final int MECHANISM_AT = 12;
  private static final byte[] MECHANISM = mechanism();
  private static final int FLAG_MORE = 1;
  private static final int FLAG_LONG = 2;
  private static final int FLAG_COMMAND = 4;
  private static final Set<String> KNOWN = Set.of("READY", "ERROR", "PING", "PONG");

  private final long maxFrameBytes;
  private int greeted;
  private boolean ready;
  private long bodyLeft;

  /**
   * A checker for a fresh link.
   *
   * @param maxFrameBytes the longest message frame that is let through
   */
  ZmtpChecker(long maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Whether greeting and READY have been seen. */
  boolean isReady() {
    return ready;
  }

  /**
   * Looks at the bytes between position and limit, which it does not move. Call it again with what
   * is left until it says MORE or BROKEN.
   */
  Verdict check(ByteBuffer input) {
    if (!input.hasRemaining()) {
      return MORE;
    }
    if (greeted < GREETING_BYTES) {
      return greeting(input);
    }
    if (bodyLeft > 0) {
      int pass = (int) Math.min(bodyLeft, input.remaining());
      bodyLeft -= pass;
      return new Verdict(Kind.PASS, pass, "");
    }
    return frame(input);
  }

  private Verdict greeting(ByteBuffer input) {
    if (greeted == 0 && input.get(input.position()) == TLS_HANDSHAKE) {
      return broken(ENCRYPTED);
    }
    int count = Math.min(GREETING_BYTES - greeted, input.remaining());
    for (int i = 0; i < count; i++) {
      if (!greetingByteAllowed(greeted + i, input.get(input.position() + i) & 0xff)) {
        return broken("no ZMTP 3 greeting with mechanism NULL");
      }
    }
    greeted += count;
    return new Verdict(Kind.PASS, count, "");
  }

  private static boolean greetingByteAllowed(int at, int value) {
    if (at == 0) {
      return value == 0xff;
    }
    if (at == 9) {
      return value == 0x7f;
    }
    if (at == 10) {
      return value >= 3;
    }
    int mechanismAt = at - MECHANISM_AT;
    return mechanismAt < 0 || mechanismAt >= MECHANISM.length || value == MECHANISM[mechanismAt];
  }

  private Verdict frame(ByteBuffer input) {
    int at = input.position();
    int flags = input.get(at) & 0xff;
    if ((flags & ~(FLAG_MORE | FLAG_LONG | FLAG_COMMAND)) != 0) {
      return broken("reserved bits are set in a frame header");
    }
    if ((flags & FLAG_MORE) != 0) {
      return broken("a message of more than one frame");
    }
    int headerBytes = (flags & FLAG_LONG) != 0 ? 9 : 2;
    if (input.remaining() < headerBytes) {
      return MORE;
    }
    long length = headerBytes == 9 ? input.getLong(at + 1) : input.get(at + 1) & 0xff;
    if ((flags & FLAG_COMMAND) != 0) {
      return command(input, headerBytes, length);
    }
    if (!ready) {
      return broken("a message before READY");
    }
    if (length < 0 || length > maxFrameBytes) {
      return broken("a frame of " + length + " bytes; at most " + maxFrameBytes + " are allowed");
    }
    int pass = (int) Math.min(headerBytes + length, input.remaining());
    bodyLeft = headerBytes + length - pass;
    return new Verdict(Kind.PASS, pass, "");
  }

  private Verdict command(ByteBuffer input, int headerBytes, long length) {
    if (length < 1 || length > MAX_COMMAND_BYTES) {
      return broken("a command of " + length + " bytes");
    }
    int total = headerBytes + (int) length;
    if (input.remaining() < total) {
      return MORE;
    }
    ByteBuffer body = input.slice(input.position() + headerBytes, (int) length);
    String name = shortText(body);
    if (!KNOWN.contains(name)) {
      return broken("an unknown command");
    }
    if (name.equals("READY") == ready) {
      return broken(ready ? "READY twice" : name + " before READY");
    }
    if (ready) {
      return new Verdict(Kind.PASS, total, "");
    }
    if (!isDealer(body)) {
      return broken("READY of something else than a DEALER");
    }
    ready = true;
    return new Verdict(Kind.READY, total, "");
  }

  private static boolean isDealer(ByteBuffer properties) {
    boolean dealer = false;
    while (properties.hasRemaining()) {
      String name = shortText(properties);
      if (name.isEmpty() || properties.remaining() < 4) {
        return false;
      }
      int length = properties.getInt();
      if (length < 0 || length > properties.remaining()) {
        return false;
      }
      byte[] value = new byte[length];
      properties.get(value);
      if (name.equalsIgnoreCase("Socket-Type")) {
        dealer = new String(value, StandardCharsets.US_ASCII).equals("DEALER");
      }
    }
    return dealer;
  }

  /** A text behind its length in one byte, or empty if there is none. */
  private static String shortText(ByteBuffer from) {
    int length = from.get() & 0xff;
    if (length > from.remaining()) {
      return "";
    }
    byte[] text = new byte[length];
    from.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static Verdict broken(String reason) {
    return new Verdict(Kind.BROKEN, 0, reason);
  }

  private static byte[] mechanism() {
    byte[] padded = new byte[20];
    byte[] name = "NULL".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, padded, 0, name.length);
    return padded;
  }
}
