package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log files that do not grow for ever. */
class ServerLogTest {
  private static final int MAX_BYTES = 10_000;

  @TempDir Path folder;

  private final Level before = Logging.root().getLevel();

  @AfterEach
  void detach() {
    Logging.root().setLevel(before);
    List<Appender<ILoggingEvent>> files = new ArrayList<>();
    Logging.root()
        .iteratorForAppenders()
        .forEachRemaining(one -> files.add(one instanceof RollingFileAppender ? one : null));
    files.stream().filter(one -> one != null).forEach(Logging.root()::detachAppender);
  }

  @Test
  @DisplayName("a full log file becomes the first of the old ones, and the oldest goes")
  void rotates() throws Exception {
    Path file = folder.resolve("logs").resolve("server.log");
    Logging.root().setLevel(Level.INFO); // Another test may have left another one.
    ServerLog.alsoTo(file, MAX_BYTES, 2);
    String line = "x".repeat(500);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < MAX_BYTES / 500 + 1; i++) {
        Logging.root().warn(line);
      }
      Thread.sleep(1_100); // It looks at the size once a second.
    }
    Logging.root().warn("the end");
    assertTrue(Files.size(file) < 5 * MAX_BYTES);
    assertTrue(Files.exists(folder.resolve("logs").resolve("server.log.1.gz")));
    assertTrue(Files.exists(folder.resolve("logs").resolve("server.log.2.gz")));
    assertFalse(Files.exists(folder.resolve("logs").resolve("server.log.3.gz")));
  }

  @Test
  @DisplayName("what cannot be a log file is refused")
  void refused() {
    assertThrows(IOException.class, () -> ServerLog.alsoTo(folder, MAX_BYTES, 2));
    assertThrows(IOException.class, () -> ServerLog.alsoTo(folder.resolve("%d"), MAX_BYTES, 2));
  }
}
