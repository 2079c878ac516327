package org.multiuser.app;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * A step {@code edit}: each time it makes another random edit. The same seed makes the same edits
 * as long as the user sees the same nodes. One thread at a time.
 */
final class ScriptEdit {
  /** What kinds of edits there are. */
  static final List<String> KINDS = List.of("move", "rows", "add", "delete");

  private static final double FARTHEST = 10;
  private static final int MOST_OF_ROWS = 100;
  private static final int NUMBERS = 1_000_000;

  private final Random random;
  private final ScriptArguments the;
  private final SortedMap<String, Double> weights = new TreeMap<>();
  private final Predicate<String> isAmong;

  private ScriptEdit(ScriptArguments the, long seed) {
    this.the = the;
    random = new Random(seed);
    isAmong = pattern(patterns()).asMatchPredicate();
    if (the.get("kinds") instanceof Map<?, ?> map) {
      map.forEach((kind, weight) -> weights.put((String) kind, ((Number) weight).doubleValue()));
    } else {
      List<?> kinds = the.get("kinds") == null ? KINDS : the.list("kinds");
      kinds.forEach(kind -> weights.put((String) kind, 1.0));
    }
  }

  /**
   * The edits of one step.
   *
   * @param seed what it begins with where it says nothing itself; each line then makes edits of its
   *     own
   */
  static ScriptEdit of(ScriptArguments the, long seed) {
    long own = 31 * seed + the.line();
    return new ScriptEdit(the, the.whole("seed", own));
  }

  /** Whether this says which kinds of edits there are to be: words, or words with weights. */
  static boolean areKinds(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.keySet().stream().allMatch(KINDS::contains)
          && map.values().stream().allMatch(ScriptEdit::isWeight)
          && map.values().stream().anyMatch(weight -> ((Number) weight).doubleValue() > 0);
    }
    List<?> words = value instanceof List<?> list ? list : List.of(String.valueOf(value));
    return !words.isEmpty() && words.stream().allMatch(KINDS::contains);
  }

  private static boolean isWeight(Object value) {
    return value instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= NUMBERS;
  }

  private List<String> patterns() {
    return the.get("among") == null
        ? List.of("*")
        : the.list("among").stream().map(String::valueOf).toList();
  }

  private static Pattern pattern(List<String> globs) {
    List<String> all = new ArrayList<>();
    for (String glob : globs) {
      all.add(
          String.join(".*", List.of(glob.split("\\*", -1)).stream().map(Pattern::quote).toList()));
    }
    return Pattern.compile(String.join("|", all), Pattern.DOTALL);
  }

  /**
   * Makes the next edit and commits it.
   *
   * @return what it was
   * @throws IllegalArgumentException if there is nothing that could be edited so
   */
  String make(ScriptUser user) {
    String kind = kind();
    Optional<Node> chosen = kind.equals("add") ? Optional.empty() : choose(user, kind);
    if (chosen.isEmpty() && !weights.containsKey("add")) {
      throw new IllegalArgumentException(
          "there is no node to edit so (" + kind + ") among " + String.join(", ", patterns()));
    }
    String done = chosen.map(node -> change(user, kind, node)).orElseGet(() -> add(user));
    user.commit();
    return done;
  }

  private String kind() {
    double all = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    double left = random.nextDouble() * all;
    for (Map.Entry<String, Double> entry : weights.entrySet()) {
      left -= entry.getValue();
      if (left < 0) {
        return entry.getKey();
      }
    }
    return weights.lastKey();
  }

  /** The node that the next number meets; in which order they come does not matter. */
  private Optional<Node> choose(ScriptUser user, String kind) {
    long draw = random.nextLong();
    return user.agent.nodes().stream()
        .filter(node -> Names.of(node).filter(isAmong).isPresent())
        .filter(node -> !kind.equals("rows") || hasRows(node))
        .min(Comparator.<Node>comparingLong(node -> met(draw, node)).thenComparing(Node::id));
  }

  private static long met(long draw, Node node) {
    long mixed =
        (draw ^ (Names.of(node).orElse("") + node.type()).hashCode()) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 32);
  }

  private static boolean hasRows(Node node) {
    return node.buffers().values().stream().anyMatch(buffer -> buffer.rows() > 0);
  }

  private String change(ScriptUser user, String kind, Node node) {
    switch (kind) {
      case "move" -> user.set(node.id(), path(), new Value.Items(List.of(real(), real(), real())));
      case "rows" -> rows(user, node);
      default -> user.delete(node.id());
    }
    return kind + " " + Names.of(node).orElse("");
  }

  private Path path() {
    return the.get("path") == null ? Path.of("location") : the.path();
  }

  private Value real() {
    return new Value.Real(coordinate());
  }

  private double coordinate() {
    return (2 * random.nextDouble() - 1) * FARTHEST;
  }

  /** Gives some rows next to each other, one of 100 at most, other values. */
  private void rows(ScriptUser user, Node node) {
    List<Map.Entry<String, Buffer>> all =
        node.buffers().entrySet().stream().filter(entry -> entry.getValue().rows() > 0).toList();
    Map.Entry<String, Buffer> one = all.get(random.nextInt(all.size()));
    Buffer buffer = one.getValue();
    int count = 1 + random.nextInt(Math.max(1, buffer.rows() / MOST_OF_ROWS));
    int first = random.nextInt(buffer.rows() - count + 1);
    byte[] bytes = buffer.bytes().clone();
    fill(
        buffer.type(),
        ByteBuffer.wrap(bytes, first * buffer.rowBytes(), count * buffer.rowBytes())
            .order(ByteOrder.LITTLE_ENDIAN));
    user.rows(
        node.id(), one.getKey(), new Buffer(buffer.type(), buffer.rows(), buffer.columns(), bytes));
  }

  /** Numbers with a point stay those of a place in a scene. */
  private void fill(DataType type, ByteBuffer rows) {
    while (rows.hasRemaining()) {
      switch (type) {
        case FLOAT32 -> rows.putFloat((float) coordinate());
        case FLOAT64 -> rows.putDouble(coordinate());
        case BOOL -> rows.put((byte) random.nextInt(2));
        default -> rows.put((byte) random.nextInt(256));
      }
    }
  }

  /** A node whose name is among those that are edited. */
  private String add(ScriptUser user) {
    String pattern = patterns().get(0);
    String number = Integer.toString(random.nextInt(NUMBERS));
    String name = pattern.contains("*") ? pattern.replace("*", number) : pattern + "." + number;
    Value place = new Value.Items(List.of(real(), real(), real()));
    Value.Fields properties = new Value.Fields(new TreeMap<>(Map.of("location", place)));
    user.add(the.text("type", "Object"), name, properties, 1, (int) the.number("bytes", 0));
    return "add " + name;
  }
}
