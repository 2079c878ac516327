package org.multiuser.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: to stderr, for stdout carries the ready line; and to a file where one is
 * named. Set up in code, for that is faster at start than XML. Logback finds it as a service.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  /** The name of what writes to stderr. */
  static final String CONSOLE = "console";

  private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %msg%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setName(CONSOLE);
    console.setTarget("System.err");
    attach(context, console);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    context.getLogger("io.netty").setLevel(Level.WARN);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets the least level that is logged. */
  static void setLevel(LogLevel level) {
    root().setLevel(Level.valueOf(level.name()));
  }

  /**
   * Logs to a file too, behind what it holds already.
   *
   * @throws IOException if it cannot be written to
   */
  static void alsoTo(Path file) throws IOException {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(writable(file));
    attach((LoggerContext) LoggerFactory.getILoggerFactory(), appender);
  }

  /** The name of a file that can be written to; its folder is made. */
  static String writable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    Files.newOutputStream(
            file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)
        .close();
    return file.toString();
  }

  /** Starts an appender, which gets all lines from now on. */
  static void attach(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
    start(context, appender);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  /** Starts an appender that somebody else hands the lines to. */
  static void start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
  }

  static Logger root() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
