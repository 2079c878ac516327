package org.multiuser.app;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of {@code serve} in a file: {@code name = value} a line, the names those of the long
 * options; {@code #} begins a line that says nothing. A value is taken as it stands, up to the end
 * of its line, so that a password needs no escapes.
 */
final class ConfigFile implements IDefaultValueProvider {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigFile.class);
  private static final Pattern ENVIRONMENT = Pattern.compile("\\[env ([A-Z_]+)]");

  /** What says what is to be done, rather than how. */
  private static final Set<String> NOT_HERE =
      Set.of(
          "config",
          "check",
          "repair",
          "hash-password",
          "backup",
          "restore",
          "parent",
          "help",
          "version");

  private final Path file;
  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, Integer> lines = new TreeMap<>();
  private final Map<String, String> variables = new TreeMap<>();

  private ConfigFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or says what cannot be said there; tells the line
   */
  static ConfigFile read(Path file, CommandSpec spec) throws IOException {
    ConfigFile config = new ConfigFile(file);
    spec.options().forEach(config::knowVariable);
    List<String> allowed = spec.options().stream().map(ConfigFile::key).sorted().toList();
    int number = 0;
    for (String line : config.read()) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        config.take(text, number, allowed);
      }
    }
    config.warnOfReaders();
    return config;
  }

  /**
   * Which variable of the environment an option has, as its description says. Not to be asked while
   * this gives defaults: picocli asks for the default to make the description.
   */
  private void knowVariable(OptionSpec option) {
    Matcher named = ENVIRONMENT.matcher(String.join(" ", option.description()));
    if (named.find()) {
      variables.put(key(option), named.group(1));
    }
  }

  private List<String> read() throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new IOException("the configuration " + file + " is no text in UTF-8", e);
    } catch (IOException e) {
      throw new IOException(
          "the configuration " + file + " cannot be read; name another one with --config", e);
    }
  }

  private void take(String text, int number, List<String> allowed) throws IOException {
    int middle = text.indexOf('=');
    String where = file + ", line " + number + ": ";
    if (middle < 0) {
      throw new IOException(where + "write it as name = value");
    }
    String key = text.substring(0, middle).strip();
    if (NOT_HERE.contains(key)) {
      throw new IOException(where + key + " belongs on the command line");
    }
    if (!allowed.contains(key)) {
      List<String> here = allowed.stream().filter(name -> !NOT_HERE.contains(name)).toList();
      throw new IOException(
          where + "there is no option " + key + "; there are " + String.join(", ", here));
    }
    if (values.put(key, text.substring(middle + 1).strip()) != null) {
      throw new IOException(where + key + " was set in line " + lines.get(key) + " already");
    }
    lines.put(key, number);
  }

  private void warnOfReaders() throws IOException {
    boolean secret = values.keySet().stream().anyMatch(key -> key.endsWith("password"));
    if (secret && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<PosixFilePermission> all = Files.getPosixFilePermissions(file);
      if (all.contains(PosixFilePermission.GROUP_READ)
          || all.contains(PosixFilePermission.OTHERS_READ)) {
        LOG.warn("{} holds a password, and others may read it: chmod 600 {}", file, file);
      }
    }
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  /** What the file says; null if it says nothing, or the environment does. */
  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String variable = variables.get(key(option));
    return variable != null && System.getenv(variable) != null ? null : values.get(key(option));
  }

  /** The message, and where in the file that stands which it is about. */
  String located(String message) {
    for (Map.Entry<String, Integer> line : lines.entrySet()) {
      if (Pattern.compile("--" + Pattern.quote(line.getKey()) + "\\b(?!-)")
          .matcher(message)
          .find()) {
        return file + ", line " + line.getValue() + ": " + message;
      }
    }
    return message;
  }
}
