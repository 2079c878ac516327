package org.multiuser.app;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.multiuser.app.operations.LogTarget;

/**
 * What a server does with its log beyond what an agent does: files that do not grow for ever, and
 * lines above a prompt. Apart from {@link Logging} so that agents load none of it.
 */
final class ServerLog implements LogTarget {
  private static final String PROMPT = "prompt";
  private static final int LINES_WAITING = 4_096;

  /**
   * Logs to a file too, behind what it holds already. A file that is full becomes {@code
   * NAME.1.gz}, the one before {@code NAME.2.gz}, and so on.
   *
   * @param maxBytes how long a file gets; it may be a second's lines more
   * @param older how many are kept beside it, from 1 to 20
   * @throws IOException if it cannot be written to
   */
  static void alsoTo(Path file, long maxBytes, int older) throws IOException {
    if (file.toString().contains("%")) {
      throw new IOException("it has a % in its name");
    }
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context());
    appender.setFile(Logging.writable(file));
    FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
    names.setContext(context());
    names.setParent(appender);
    names.setFileNamePattern(file + ".%i.gz");
    names.setMinIndex(1);
    names.setMaxIndex(older);
    names.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> full = new SizeBasedTriggeringPolicy<>();
    full.setContext(context());
    full.setMaxFileSize(new FileSize(maxBytes));
    full.setCheckIncrement(Duration.buildBySeconds(1)); // Else it looks once a minute.
    full.start();
    appender.setRollingPolicy(names);
    appender.setTriggeringPolicy(full);
    Logging.attach(context(), appender);
  }

  /**
   * Whoever logs does not wait for the terminal, which may be stopped (Ctrl+S); beyond so many
   * lines that it did not take it loses some, which the log file has.
   */
  @Override
  public void through(OutputStream lines) {
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context());
    appender.setOutputStream(lines);
    Logging.start(context(), appender);
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context());
    queue.setName(PROMPT);
    queue.setQueueSize(LINES_WAITING);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.addAppender(appender);
    queue.start();
    Logging.root().addAppender(queue);
    Logging.root().getAppender(Logging.CONSOLE).stop();
  }

  @Override
  public void back() {
    Logging.root().getAppender(Logging.CONSOLE).start();
    Appender<ILoggingEvent> queue = Logging.root().getAppender(PROMPT);
    Logging.root().detachAppender(queue);
    queue.stop();
  }

  private static LoggerContext context() {
    return Logging.root().getLoggerContext();
  }
}
