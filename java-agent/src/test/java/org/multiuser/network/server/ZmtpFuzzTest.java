package org.multiuser.network.server;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** [CH5] The gate's checker: the same verdicts in whatever pieces the bytes come, and no end. */
class ZmtpFuzzTest {
  private static final int MAX_FRAME_BYTES = 1 << 10;

  @FuzzTest(maxDuration = "10s")
  void checker(byte[] bytes) {
    if (!verdicts(bytes, bytes.length).equals(verdicts(bytes, 1))) {
      throw new AssertionError("it depends on the pieces");
    }
  }

  /** How many bytes it let through, and whether it ended the link. */
  private static List<Integer> verdicts(byte[] bytes, int piece) {
    ZmtpChecker checker = new ZmtpChecker(MAX_FRAME_BYTES);
    List<Integer> told = new ArrayList<>();
    int passed = 0;
    for (int end = Math.min(piece, bytes.length); ; end = Math.min(end + piece, bytes.length)) {
      ZmtpChecker.Verdict verdict =
          checker.check(ByteBuffer.wrap(bytes, passed, end - passed).slice());
      while (verdict.kind() == ZmtpChecker.Kind.PASS || verdict.kind() == ZmtpChecker.Kind.READY) {
        if (verdict.bytes() <= 0 || verdict.bytes() > end - passed) {
          throw new AssertionError("it speaks of " + verdict.bytes() + " bytes");
        }
        passed += verdict.bytes();
        verdict = checker.check(ByteBuffer.wrap(bytes, passed, end - passed).slice());
      }
      if (verdict.kind() == ZmtpChecker.Kind.BROKEN) {
        told.add(-1);
        return told; // What had passed before differs with the pieces: a greeting byte by byte.
      }
      if (end == bytes.length) {
        told.add(passed);
        return told;
      }
    }
  }
}
