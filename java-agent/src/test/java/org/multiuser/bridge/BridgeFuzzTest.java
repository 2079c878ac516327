package org.multiuser.bridge;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** [BR12] What the Blender beside it may hand over: refused as documented, or understood. */
class BridgeFuzzTest {
  private static Path folder;
  private static SegmentPool segments;

  @BeforeAll
  static void open() throws IOException {
    folder = Files.createTempDirectory("multi-user-fuzz");
    segments = new SegmentPool(folder, 1L << 20, 1L << 20);
    segments.allocate(1);
  }

  @AfterAll
  static void close() throws IOException {
    segments.free(1);
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @FuzzTest(maxDuration = "10s")
  void capture(byte[] bytes) {
    try {
      new CaptureDecoder(segments).decode(ByteBuffer.wrap(bytes));
    } catch (IllegalArgumentException e) {
      // Refused: what is documented.
    }
  }

  @FuzzTest(maxDuration = "10s")
  void json(byte[] bytes) {
    Object value;
    try {
      value = Json.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return; // Refused: what is documented.
    }
    String written = Json.write(value);
    if (!written.equals(Json.write(Json.parse(written)))) {
      throw new AssertionError("parsing what was written gives something else");
    }
  }
}
