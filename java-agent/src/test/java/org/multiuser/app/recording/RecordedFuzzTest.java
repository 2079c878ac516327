package org.multiuser.app.recording;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.multiuser.protocol.codec.ProtocolException;

/**
 * What may stand in a file that is said to be a recording: refused as documented, or understood.
 */
class RecordedFuzzTest {
  private static final RecordedCodec CODEC = new RecordedCodec(Seat.bulk());

  @FuzzTest(maxDuration = "10s")
  void record(byte[] bytes) {
    try {
      RecordedCodec.header(bytes);
    } catch (RecordingException e) {
      // Refused: what is documented.
    }
    Recorded record;
    try {
      record = CODEC.decode(bytes);
      if (record instanceof Recorded.Logged logged) {
        CODEC.entry(logged);
      }
    } catch (ProtocolException e) {
      return; // Refused: what is documented.
    }
    byte[] written = CODEC.encode(record);
    if (!Arrays.equals(written, CODEC.encode(CODEC.decode(written)))) {
      throw new AssertionError("reading what was written gives something else");
    }
  }
}
