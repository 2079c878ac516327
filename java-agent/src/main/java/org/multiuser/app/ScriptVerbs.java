package org.multiuser.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each step of a script may say, and of which kind that must be. Pure. */
final class ScriptVerbs {
  /** What an argument must be. */
  enum Kind {
    ANY("anything"),
    TEXT("a text"),
    NUMBER("a number that is not negative"),
    FLAG("true or false"),
    MAP("a map, like {x: 1}"),
    TEXTS("a text or a list of texts"),
    EDITS(
        "some of "
            + String.join(", ", ScriptEdit.KINDS)
            + ", or a map of them to how often, like {move: 9, add: 1}");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    boolean fits(Object value) {
      return switch (this) {
        case ANY -> true;
        case TEXT -> isText(value);
        case NUMBER -> value instanceof Number number && number.doubleValue() >= 0;
        case FLAG -> value instanceof Boolean;
        case MAP -> value instanceof Map;
        case TEXTS ->
            isText(value)
                || (value instanceof List<?> list
                    && !list.isEmpty()
                    && list.stream().allMatch(Kind::isText));
        case EDITS -> ScriptEdit.areKinds(value);
      };
    }

    /** Numbers too: a password or a name may look like one. */
    private static boolean isText(Object value) {
      return value instanceof String || value instanceof Number || value instanceof Boolean;
    }
  }

  private static final Map<String, Kind> SERVER =
      Map.of(
          "host", Kind.TEXT,
          "port", Kind.NUMBER,
          "session", Kind.TEXT,
          "serverPassword", Kind.TEXT,
          "adminPassword", Kind.TEXT,
          "timeoutMillis", Kind.NUMBER,
          "plain", Kind.FLAG,
          "fingerprint", Kind.TEXT);

  private static final Map<String, Kind> FACTS =
      Map.ofEntries(
          Map.entry("state", Kind.TEXT),
          Map.entry("reason", Kind.TEXT),
          Map.entry("nodes", Kind.NUMBER),
          Map.entry("type", Kind.TEXT),
          Map.entry("users", Kind.ANY),
          Map.entry("pending", Kind.NUMBER),
          Map.entry("sequence", Kind.NUMBER),
          Map.entry("node", Kind.TEXT),
          Map.entry("path", Kind.TEXTS),
          Map.entry("value", Kind.ANY),
          Map.entry("owner", Kind.TEXT),
          Map.entry("revision", Kind.NUMBER),
          Map.entry("exists", Kind.FLAG),
          Map.entry("file", Kind.TEXT),
          Map.entry("transfer", Kind.TEXT),
          Map.entry("sha256", Kind.TEXT),
          Map.entry("event", Kind.TEXT));

  private static final Map<String, Map<String, Kind>> VERBS =
      Map.ofEntries(
          Map.entry(
              "connect",
              with(
                  SERVER,
                  Map.of(
                      "colour", Kind.NUMBER,
                      "blenderVersion", Kind.TEXT,
                      "state", Kind.TEXT))),
          Map.entry("initialise", Map.of("empty", Kind.FLAG)),
          Map.entry("initialiseDone", Map.of()),
          Map.entry(
              "add",
              Map.of(
                  "type", Kind.TEXT,
                  "name", Kind.TEXT,
                  "properties", Kind.MAP,
                  "count", Kind.NUMBER,
                  "bytes", Kind.NUMBER)),
          Map.entry("set", Map.of("node", Kind.TEXT, "path", Kind.TEXTS, "value", Kind.ANY)),
          Map.entry("remove", Map.of("node", Kind.TEXT, "path", Kind.TEXTS)),
          Map.entry("delete", Map.of("node", Kind.TEXT)),
          Map.entry(
              "edit",
              Map.of(
                  "among", Kind.TEXTS,
                  "kinds", Kind.EDITS,
                  "path", Kind.TEXTS,
                  "type", Kind.TEXT,
                  "bytes", Kind.NUMBER,
                  "seed", Kind.NUMBER)),
          Map.entry(
              Script.REPEAT,
              Map.of("times", Kind.NUMBER, "seconds", Kind.NUMBER, "seed", Kind.NUMBER)),
          Map.entry(Script.PARALLEL, Map.of()),
          Map.entry("commit", Map.of()),
          Map.entry("hash", Map.of()),
          Map.entry("autoPush", Map.of("on", Kind.FLAG)),
          Map.entry("push", Map.of()),
          Map.entry("presence", Map.of("fields", Kind.MAP)),
          Map.entry("own", Map.of("nodes", Kind.TEXTS)),
          Map.entry("release", Map.of("nodes", Kind.TEXTS)),
          Map.entry("lock", Map.of("nodes", Kind.TEXTS)),
          Map.entry("unlock", Map.of("nodes", Kind.TEXTS)),
          Map.entry("give", Map.of("nodes", Kind.TEXTS, "to", Kind.TEXT)),
          Map.entry("kick", Map.of("who", Kind.TEXT, "reason", Kind.TEXT, "ban", Kind.FLAG)),
          Map.entry("role", Map.of("who", Kind.TEXT, "role", Kind.TEXT)),
          Map.entry("cut", Map.of("millis", Kind.NUMBER)),
          Map.entry("wait", with(FACTS, Map.of("seconds", Kind.NUMBER))),
          Map.entry("expect", FACTS),
          Map.entry("pause", Map.of("millis", Kind.NUMBER)),
          Map.entry("offer", Map.of("file", Kind.TEXT)),
          Map.entry("fetch", Map.of("file", Kind.TEXT, "name", Kind.TEXT)),
          Map.entry("cancel", Map.of("file", Kind.TEXT)),
          Map.entry("limitUpload", Map.of("bytesPerSecond", Kind.NUMBER)),
          Map.entry("disconnect", Map.of()));

  /** Steps for which a user needs a place for files. */
  static final Set<String> OF_FILES = Set.of("offer", "fetch", "cancel");

  /** Arguments without which a step means nothing. */
  private static final Map<String, Set<String>> NEEDED =
      Map.ofEntries(
          Map.entry("offer", Set.of("file")),
          Map.entry("fetch", Set.of("file")),
          Map.entry("cancel", Set.of("file")),
          Map.entry("set", Set.of("node", "path", "value")),
          Map.entry("remove", Set.of("node", "path")),
          Map.entry("delete", Set.of("node")),
          Map.entry("own", Set.of("nodes")),
          Map.entry("release", Set.of("nodes")),
          Map.entry("lock", Set.of("nodes")),
          Map.entry("unlock", Set.of("nodes")),
          Map.entry("give", Set.of("nodes", "to")),
          Map.entry("kick", Set.of("who")),
          Map.entry("role", Set.of("who", "role")));

  private ScriptVerbs() {}

  private static Map<String, Kind> with(Map<String, Kind> some, Map<String, Kind> more) {
    Map<String, Kind> all = new LinkedHashMap<>(some);
    all.putAll(more);
    return all;
  }

  /**
   * Checks what 'server' says.
   *
   * @throws ScriptException naming the line and what is allowed
   */
  static void checkServer(int line, Map<String, Object> given) {
    check(line, "server", given, SERVER);
  }

  /**
   * Checks a step by itself.
   *
   * @throws ScriptException naming the line and what is allowed
   */
  static void check(Script.Step step) {
    Map<String, Kind> allowed = VERBS.get(step.verb());
    if (allowed == null) {
      throw new ScriptException(
          step.line(),
          "there is no step '" + step.verb() + "'; there are " + sorted(VERBS.keySet()));
    }
    Map<String, Kind> all = new LinkedHashMap<>(allowed);
    if (ScriptUsers.hasUser(step)) {
      all.put("user", Kind.TEXT);
    }
    check(step.line(), step.verb(), step.arguments(), all);
    for (String needed : NEEDED.getOrDefault(step.verb(), Set.of())) {
      if (!step.arguments().containsKey(needed)) {
        throw new ScriptException(step.line(), "'" + step.verb() + "' needs '" + needed + "'");
      }
    }
    if (step.isBlock()) {
      checkBlock(step);
    }
  }

  private static void checkBlock(Script.Step step) {
    boolean isEmpty = step.inner().isEmpty() || step.inner().stream().anyMatch(List::isEmpty);
    if (isEmpty && step.verb().equals(Script.PARALLEL)) {
      throw new ScriptException(
          step.line(), "'parallel' needs 'branches', a list of lists of steps");
    }
    if (isEmpty) {
      throw new ScriptException(step.line(), "'repeat' needs 'steps', a list of steps");
    }
    boolean ends = step.arguments().containsKey("times") || step.arguments().containsKey("seconds");
    if (step.verb().equals(Script.REPEAT) && !ends) {
      throw new ScriptException(
          step.line(), "'repeat' needs 'times' or 'seconds', or both, to come to an end");
    }
  }

  private static void check(
      int line, String what, Map<String, Object> given, Map<String, Kind> allowed) {
    given.forEach(
        (key, value) -> {
          Kind kind = allowed.get(key);
          if (kind == null) {
            throw new ScriptException(
                line,
                "'" + what + "' has no '" + key + "'; it may have " + sorted(allowed.keySet()));
          }
          if (!kind.fits(value)) {
            throw new ScriptException(
                line, "'" + key + "' of '" + what + "' must be " + kind.description);
          }
        });
  }

  /** Whether somebody needs a place for files in these steps, or in those within them. */
  static boolean useFiles(List<Script.Step> steps) {
    return steps.stream()
        .anyMatch(
            step ->
                OF_FILES.contains(step.verb())
                    || step.inner().stream().anyMatch(ScriptVerbs::useFiles));
  }

  private static String sorted(Set<String> keys) {
    return String.join(", ", keys.stream().sorted().toList());
  }
}
