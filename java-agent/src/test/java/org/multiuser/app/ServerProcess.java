package org.multiuser.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real server in a process of its own. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("\"port\":(\\d+)");

  private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1");

  final Process process;
  final int port;

  /** The line in which it says that it is ready. */
  final String ready;

  /** One that is ready soon, for a test. */
  ServerProcess(Path data, String... more) throws IOException {
    this(QUICK_START, data, more);
  }

  /** One with these flags for its JVM. */
  ServerProcess(List<String> flags, Path data, String... more) throws IOException {
    this(flags, "--plain", data, more);
  }

  /** One that encrypts, with Java's own flags. */
  static ServerProcess encrypted(Path data) throws IOException {
    return new ServerProcess(List.of(), "--timeout=60000", data);
  }

  private ServerProcess(List<String> flags, String mode, Path data, String... more)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-b", "127.0.0.1", "-p", "0"));
    arguments.addAll(List.of("-pwd", "admin", mode, "--data", data.toString()));
    arguments.addAll(List.of(more));
    process = start(flags, arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    ready = out.readLine();
    Matcher matcher = PORT.matcher(ready == null ? "" : ready);
    if (!matcher.find()) {
      process.destroyForcibly();
      throw new AssertionError("no ready line but: " + ready);
    }
    port = Integer.parseInt(matcher.group(1));
  }

  static ProcessBuilder start(List<String> arguments) {
    return start(QUICK_START, arguments);
  }

  private static ProcessBuilder start(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(Main.class.getName(), "serve"));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
