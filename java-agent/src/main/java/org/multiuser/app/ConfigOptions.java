package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that names a configuration file, and what comes of it. */
final class ConfigOptions {
  @Option(
      names = "--config",
      defaultValue = "${env:CONFIG:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "FILE",
      description =
          "Options from a file, a line each: port = 5600. The command line counts more, then the"
              + " environment, then the file. [env CONFIG]")
  private String config;

  private ConfigFile file;

  /**
   * Reads the command line once more, now that it is known where the file is.
   *
   * @throws ParameterException if the file, or something in it, is no good; names file and line
   */
  void apply(CommandSpec spec) {
    CommandLine line = spec.commandLine();
    if (config.isEmpty() || file != null) {
      return;
    }
    try {
      file = ConfigFile.read(Path.of(config), spec);
    } catch (IOException e) {
      throw new ParameterException(line, e.getMessage(), e);
    }
    line.setDefaultValueProvider(file);
    try {
      List<String> said = line.getParseResult().originalArgs();
      line.parseArgs(
          said.subList(said.indexOf(spec.name()) + 1, said.size()).toArray(new String[0]));
    } catch (ParameterException e) {
      throw located(e);
    }
  }

  /** The same, with file and line if it is about something that stands there. */
  ParameterException located(ParameterException wrong) {
    if (file == null) {
      return wrong;
    }
    return new ParameterException(wrong.getCommandLine(), file.located(wrong.getMessage()), wrong);
  }
}
