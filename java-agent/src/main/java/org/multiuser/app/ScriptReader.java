package org.multiuser.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a script, keeping the lines of its steps for messages. Pure. */
final class ScriptReader {
  private static final Set<String> SERVER =
      Set.of("host", "port", "session", "serverPassword", "adminPassword", "timeoutMillis");

  /** What each step may say. */
  static final Map<String, Set<String>> VERBS =
      Map.ofEntries(
          Map.entry(
              "connect",
              Set.of(
                  "user",
                  "host",
                  "port",
                  "session",
                  "serverPassword",
                  "adminPassword",
                  "timeoutMillis",
                  "colour",
                  "blenderVersion",
                  "state")),
          Map.entry("initialise", Set.of("user", "empty")),
          Map.entry("initialiseDone", Set.of("user")),
          Map.entry("add", Set.of("user", "type", "name", "properties", "count", "bytes")),
          Map.entry("set", Set.of("user", "node", "path", "value")),
          Map.entry("remove", Set.of("user", "node", "path")),
          Map.entry("delete", Set.of("user", "node")),
          Map.entry("commit", Set.of("user")),
          Map.entry("autoPush", Set.of("user", "on")),
          Map.entry("push", Set.of("user")),
          Map.entry("presence", Set.of("user", "fields")),
          Map.entry("own", Set.of("user", "nodes")),
          Map.entry("release", Set.of("user", "nodes")),
          Map.entry("give", Set.of("user", "nodes", "to")),
          Map.entry("kick", Set.of("user", "who", "reason")),
          Map.entry("cut", Set.of("user", "millis")),
          Map.entry("wait", with("seconds")),
          Map.entry("expect", with()),
          Map.entry("pause", Set.of("millis")),
          Map.entry("disconnect", Set.of("user")));

  private ScriptReader() {}

  private static Set<String> with(String... more) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "user",
                "state",
                "reason",
                "nodes",
                "type",
                "users",
                "pending",
                "sequence",
                "node",
                "path",
                "value",
                "owner",
                "revision",
                "exists",
                "event"));
    keys.addAll(List.of(more));
    return Set.copyOf(keys);
  }

  /**
   * Reads a script.
   *
   * @throws ScriptException if it is not one
   */
  static Script read(String text) {
    Optional<Node> root;
    try {
      root = new Compose(LoadSettings.builder().build()).composeString(text);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new ScriptException(line, "this is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new ScriptException(0, "this is not YAML: " + e.getMessage());
    }
    if (root.isEmpty() || !(root.get() instanceof MappingNode mapping)) {
      throw new ScriptException(1, "a script is a map with 'steps' and perhaps 'server'");
    }
    Map<String, Object> server = Map.of();
    List<Script.Step> steps = new ArrayList<>();
    for (NodeTuple entry : mapping.getValue()) {
      String key = text(entry.getKeyNode());
      if (key.equals("server")) {
        server = map(entry.getValueNode());
        allowed(line(entry.getKeyNode()), "server", server.keySet(), SERVER);
      } else if (key.equals("steps") && entry.getValueNode() instanceof SequenceNode list) {
        list.getValue().forEach(node -> steps.add(step(node)));
      } else {
        throw new ScriptException(
            line(entry.getKeyNode()), "'" + key + "' is not 'server' or a list of 'steps'");
      }
    }
    return new Script(server, steps);
  }

  private static Script.Step step(Node node) {
    if (!(node instanceof MappingNode mapping) || mapping.getValue().size() != 1) {
      throw new ScriptException(
          line(node), "a step is one word with its arguments, like '- push: {user: ada}'");
    }
    NodeTuple entry = mapping.getValue().get(0);
    String verb = text(entry.getKeyNode());
    Set<String> keys = VERBS.get(verb);
    if (keys == null) {
      throw new ScriptException(
          line(node), "there is no step '" + verb + "'; there are " + sorted(VERBS.keySet()));
    }
    Map<String, Object> arguments = map(entry.getValueNode());
    allowed(line(node), verb, arguments.keySet(), keys);
    return new Script.Step(line(node), verb, arguments);
  }

  private static void allowed(int line, String what, Set<String> given, Set<String> keys) {
    for (String key : given) {
      if (!keys.contains(key)) {
        throw new ScriptException(
            line, "'" + what + "' has no '" + key + "'; it may have " + sorted(keys));
      }
    }
  }

  private static String sorted(Set<String> keys) {
    return String.join(", ", keys.stream().sorted().toList());
  }

  private static Map<String, Object> map(Node node) {
    Object value = value(node);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new ScriptException(line(node), "a map was expected here, like {user: ada}");
    }
    Map<String, Object> result = new LinkedHashMap<>();
    map.forEach((key, item) -> result.put((String) key, item));
    return result;
  }

  private static Object value(Node node) {
    if (node instanceof MappingNode mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      mapping
          .getValue()
          .forEach(entry -> map.put(text(entry.getKeyNode()), value(entry.getValueNode())));
      return map;
    }
    if (node instanceof SequenceNode sequence) {
      List<Object> list = new ArrayList<>();
      sequence.getValue().forEach(item -> list.add(value(item)));
      return list;
    }
    return scalar((ScalarNode) node);
  }

  private static Object scalar(ScalarNode node) {
    Tag tag = node.getTag();
    String text = node.getValue();
    try {
      if (tag.equals(Tag.NULL)) {
        return null;
      }
      if (tag.equals(Tag.BOOL)) {
        return Boolean.parseBoolean(text);
      }
      if (tag.equals(Tag.INT)) {
        return Long.parseLong(text);
      }
      return tag.equals(Tag.FLOAT) ? (Object) Double.parseDouble(text) : text;
    } catch (NumberFormatException e) {
      throw new ScriptException(line(node), "'" + text + "' is not a number");
    }
  }

  private static String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
