package org.multiuser.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The help of {@code serve}: its options under headings, for there are many. */
final class ServeHelp extends Help {
  private static final String REST = "More";
  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("Where it listens", List.of("--port", "--bind", "--plain"));
    HEADINGS.put(
        "Who may come",
        List.of(
            "--admin-password",
            "--server-password",
            "--admin-password-hash",
            "--server-password-hash",
            "--default-role",
            "--timeout"));
    HEADINGS.put(
        "What it keeps", List.of("--data", "--session", "--durability", "--files-grace-hours"));
    HEADINGS.put(
        "How much it takes",
        List.of(
            "--max-users",
            "--max-sessions",
            "--max-commit-mib",
            "--max-pending-mib",
            "--max-session-mib",
            "--max-files-mib",
            "--max-connections",
            "--max-connections-per-address",
            "--new-connections",
            "--new-connections-per-address"));
    HEADINGS.put("Its certificate", List.of("--certificate", "--key", "--made-certificate"));
    HEADINGS.put(
        "What it tells",
        List.of(
            "--log-level",
            "--log-file",
            "--log-file-megabytes",
            "--log-files",
            "--metrics-port",
            "--metrics-bind"));
    HEADINGS.put("How it is run", List.of("--config", "--no-shell", "--parent"));
    HEADINGS.put(
        "Instead of serving",
        List.of(
            "--hash-password",
            "--check",
            "--repair",
            "--backup",
            "--restore",
            "--help",
            "--version"));
  }

  private ServeHelp(CommandSpec spec, ColorScheme colours) {
    super(spec, colours);
  }

  /** Makes it when it is asked for: agents, which have this command as well, load none of it. */
  static final class Factory implements IHelpFactory {
    @Override
    public Help create(CommandSpec spec, ColorScheme colours) {
      return new ServeHelp(spec, colours);
    }
  }

  @Override
  public String optionList() {
    StringBuilder text = new StringBuilder();
    headings(commandSpec().options())
        .forEach(
            (heading, options) -> {
              Layout layout = createDefaultLayout();
              layout.addOptions(options, createDefaultParamLabelRenderer());
              text.append(createHeading("%n@|bold " + heading + "|@%n")).append(layout);
            });
    return text.toString();
  }

  /** All options, each under one heading; those that no heading names come last. */
  static Map<String, List<OptionSpec>> headings(List<OptionSpec> all) {
    Map<String, List<OptionSpec>> found = new LinkedHashMap<>();
    List<OptionSpec> rest = new ArrayList<>(all);
    HEADINGS.forEach(
        (heading, names) -> {
          List<OptionSpec> here = new ArrayList<>();
          for (String name : names) {
            all.stream().filter(option -> name.equals(option.longestName())).forEach(here::add);
          }
          rest.removeAll(here);
          found.put(heading, here);
        });
    if (!rest.isEmpty()) {
      found.put(REST, rest);
    }
    return found;
  }
}
