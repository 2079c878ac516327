package org.multiuser.network.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("[CH5] The ZMTP checker")
class ZmtpCheckerTest {
  private static final long MAX = 1 << 20;

  @Test
  @DisplayName("passes a sound stream byte by byte, READY once")
  void byteByByte() {
    byte[] stream = sound(5, 300, 70_000);
    assertPasses(stream, new int[] {1});
  }

  @Test
  @DisplayName("passes a sound stream in whatever pieces it comes")
  void randomSplits() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      byte[] stream = sound(random.nextInt(300), random.nextInt(5_000), 0, 255, 256);
      int[] splits = random.ints(32, 1, 400).toArray();
      assertPasses(stream, splits);
    }
  }

  @Test
  @DisplayName("never passes random bytes beyond what a greeting may hold")
  void randomBytes() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[random.nextInt(2_000) + 100];
      random.nextBytes(bytes);
      assertTrue(feed(bytes, new int[] {1 + random.nextInt(50)}).broken);
    }
  }

  @Test
  @DisplayName("ends frames of a negative length and of 2 GB by their header alone")
  void lengths() {
    for (long length : new long[] {-1, Long.MIN_VALUE, 2L << 30, MAX + 1}) {
      byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(length).array();
      Outcome outcome = feed(concat(greeting(), ready("DEALER"), header), new int[] {3});
      assertTrue(outcome.broken, "length " + length);
      assertEquals(64, outcome.passed.size());
    }
  }

  @Test
  @DisplayName("ends reserved bits, multi-part messages, and messages before READY")
  void flags() {
    for (int flags : new int[] {8, 0x80, 1, 5, 0x10}) {
      byte[] frame = {(byte) flags, 1, 0};
      assertTrue(feed(concat(greeting(), ready("DEALER"), frame), new int[] {9}).broken);
    }
    assertTrue(feed(concat(greeting(), new byte[] {0, 1, 7}), new int[] {9}).broken);
  }

  @Test
  @DisplayName("lets PING through, and ends unknown, empty, huge and repeated commands")
  void commands() {
    byte[] start = concat(greeting(), ready("DEALER"));
    assertFalse(feed(concat(start, command("PING", new byte[2])), new int[] {5}).broken);
    assertTrue(feed(concat(start, command("SUBSCRIBE", new byte[0])), new int[] {5}).broken);
    assertTrue(feed(concat(start, ready("DEALER")), new int[] {5}).broken);
    assertTrue(feed(concat(start, new byte[] {4, 0}), new int[] {5}).broken);
    byte[] huge = ByteBuffer.allocate(9).put((byte) 6).putLong(5_000).array();
    assertTrue(feed(concat(start, huge), new int[] {5}).broken);
    assertTrue(feed(concat(greeting(), command("PING", new byte[2])), new int[] {5}).broken);
  }

  @Test
  @DisplayName("[CH6] ends a READY of another socket type or with broken properties")
  void socketTypes() {
    for (String type : new String[] {"REQ", "ROUTER", "PUB", ""}) {
      assertTrue(feed(concat(greeting(), ready(type)), new int[] {11}).broken, type);
    }
    byte[] cut = command("READY", new byte[] {3, 'a', 'b', 'c', 127, 0, 0, 0});
    assertTrue(feed(concat(greeting(), cut), new int[] {11}).broken);
  }

  @Test
  @DisplayName("ends ZMTP 2 and other mechanisms at the first wrong byte")
  void greetings() {
    byte[] old = greeting();
    old[10] = 1;
    assertTrue(feed(old, new int[] {64}).broken);
    byte[] plain = greeting();
    plain[12] = 'P';
    assertTrue(feed(plain, new int[] {64}).broken);
    byte[] longer = greeting();
    longer[16] = 'X';
    assertTrue(feed(longer, new int[] {1}).broken);
  }

  @Test
  @DisplayName("[CH6] the gate's own READY is one that it would take")
  void ownReady() {
    Outcome outcome = feed(concat(greeting(), RoutingId.ready(77)), new int[] {100});
    assertFalse(outcome.broken);
    assertEquals(1, outcome.readies);
    assertEquals(77, RoutingId.number(RoutingId.of(77)));
  }

  private record Outcome(ByteArrayOutputStream passed, int readies, boolean broken) {}

  private static void assertPasses(byte[] stream, int[] splits) {
    Outcome outcome = feed(stream, splits);
    assertFalse(outcome.broken);
    assertEquals(1, outcome.readies);
    assertEquals(stream.length - ready("DEALER").length, outcome.passed.size());
  }

  /** Feeds the bytes in pieces of these lengths, again and again, keeping what is not taken. */
  private static Outcome feed(byte[] bytes, int[] splits) {
    ZmtpChecker checker = new ZmtpChecker(MAX);
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    int readies = 0;
    int from = 0;
    int to = 0;
    for (int i = 0; to < bytes.length; i++) {
      to = Math.min(bytes.length, to + splits[i % splits.length]);
      while (true) {
        ZmtpChecker.Verdict verdict = checker.check(ByteBuffer.wrap(bytes, from, to - from));
        if (verdict.kind() == ZmtpChecker.Kind.BROKEN) {
          return new Outcome(passed, readies, true);
        }
        if (verdict.kind() == ZmtpChecker.Kind.MORE) {
          break;
        }
        if (verdict.kind() == ZmtpChecker.Kind.READY) {
          readies++;
        } else {
          passed.write(bytes, from, verdict.bytes());
        }
        from += verdict.bytes();
      }
    }
    return new Outcome(passed, readies, false);
  }

  private static byte[] sound(int... frames) {
    byte[] stream = concat(greeting(), ready("DEALER"));
    for (int length : frames) {
      stream = concat(stream, message(length), command("PONG", new byte[3]));
    }
    return stream;
  }

  static byte[] greeting() {
    byte[] greeting = new byte[64];
    greeting[0] = (byte) 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    byte[] mechanism = "NULL".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
    return greeting;
  }

  static byte[] ready(String type) {
    byte[] value = type.getBytes(StandardCharsets.US_ASCII);
    byte[] name = "Socket-Type".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer body = ByteBuffer.allocate(1 + name.length + 4 + value.length);
    body.put((byte) name.length).put(name).putInt(value.length).put(value);
    return command("READY", body.array());
  }

  static byte[] command(String name, byte[] rest) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame = ByteBuffer.allocate(3 + text.length + rest.length);
    frame.put((byte) 4).put((byte) (1 + text.length + rest.length));
    return frame.put((byte) text.length).put(text).put(rest).array();
  }

  static byte[] message(int length) {
    if (length <= 255) {
      return concat(new byte[] {0, (byte) length}, new byte[length]);
    }
    byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(length).array();
    return concat(header, new byte[length]);
  }

  static byte[] concat(byte[]... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }
}
