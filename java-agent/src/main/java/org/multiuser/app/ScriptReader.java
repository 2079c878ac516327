package org.multiuser.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  /** How deep lists and maps may stand in each other; deeper ones refer to themselves. */
  private static final int MAX_DEPTH = 32;

  /** How deep blocks of steps may stand in each other. */
  private static final int MAX_BLOCKS = 8;

  private ScriptReader() {}

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
        ScriptVerbs.checkServer(line(entry.getKeyNode()), server);
      } else if (key.equals("steps") && entry.getValueNode() instanceof SequenceNode list) {
        steps.addAll(steps(list, 0));
      } else {
        throw new ScriptException(
            line(entry.getKeyNode()), "'" + key + "' is not 'server' or a list of 'steps'");
      }
    }
    if (steps.isEmpty()) {
      throw new ScriptException(1, "a script has at least one of 'steps'");
    }
    ScriptUsers.check(steps);
    return new Script(server, steps);
  }

  private static List<Script.Step> steps(SequenceNode list, int depth) {
    if (depth > MAX_BLOCKS) {
      throw new ScriptException(
          line(list), "at most " + MAX_BLOCKS + " blocks of steps may stand in each other");
    }
    return list.getValue().stream().map(node -> step(node, depth)).toList();
  }

  private static Script.Step step(Node node, int depth) {
    if (!(node instanceof MappingNode mapping) || mapping.getValue().size() != 1) {
      throw new ScriptException(
          line(node), "a step is one word with its arguments, like '- push: {user: ada}'");
    }
    NodeTuple entry = mapping.getValue().get(0);
    String verb = text(entry.getKeyNode());
    Script.Step step =
        Script.Step.isBlock(verb)
            ? block(line(node), verb, entry.getValueNode(), depth)
            : new Script.Step(line(node), verb, map(entry.getValueNode()));
    ScriptVerbs.check(step);
    return step;
  }

  /** A step with others in it; what is left out is told when it is checked. */
  private static Script.Step block(int line, String verb, Node node, int depth) {
    String where = verb.equals(Script.REPEAT) ? "steps" : "branches";
    if (!(node instanceof MappingNode mapping)) {
      throw new ScriptException(line, "'" + verb + "' is a map with '" + where + "' in it");
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    List<List<Script.Step>> inner = new ArrayList<>();
    for (NodeTuple entry : mapping.getValue()) {
      String key = text(entry.getKeyNode());
      Node value = entry.getValueNode();
      if (!key.equals(where)) {
        arguments.put(key, value(value, 0));
      } else if (verb.equals(Script.REPEAT)) {
        inner.add(steps(list(value), depth + 1));
      } else {
        list(value).getValue().forEach(branch -> inner.add(steps(list(branch), depth + 1)));
      }
    }
    return new Script.Step(line, verb, arguments, inner);
  }

  private static SequenceNode list(Node node) {
    if (node instanceof SequenceNode list) {
      return list;
    }
    throw new ScriptException(line(node), "a list of steps was expected here");
  }

  private static Map<String, Object> map(Node node) {
    Object value = value(node, 0);
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

  private static Object value(Node node, int depth) {
    if (depth > MAX_DEPTH) {
      throw new ScriptException(line(node), "lists and maps stand too deep in each other");
    }
    if (node instanceof MappingNode mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      mapping
          .getValue()
          .forEach(
              entry -> map.put(text(entry.getKeyNode()), value(entry.getValueNode(), depth + 1)));
      return map;
    }
    if (node instanceof SequenceNode sequence) {
      List<Object> list = new ArrayList<>();
      sequence.getValue().forEach(item -> list.add(value(item, depth + 1)));
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
