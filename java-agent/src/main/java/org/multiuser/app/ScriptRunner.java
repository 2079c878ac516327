package org.multiuser.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.agent.Status;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

/** Executes a script's steps, one after the other; stops at the first that fails. */
final class ScriptRunner implements AutoCloseable {
  private static final int DEFAULT_WAIT_SECONDS = 10;
  private static final int POLL_MILLIS = 2;

  private final Map<String, Object> server;
  private final java.nio.file.Path state;
  private final ServerTrust trust;
  private final Consumer<Result> told;
  private final Map<String, ScriptUser> users = new LinkedHashMap<>();
  private final ScriptFiles files;
  private boolean usesFiles;

  /**
   * How a step went.
   *
   * @param problem why it failed, or null
   * @param note something worth showing
   */
  record Result(int line, String verb, long millis, String problem, String note) {
    boolean isOk() {
      return problem == null;
    }

    Map<String, Object> json() {
      Map<String, Object> map = new TreeMap<>();
      map.put("line", (long) line);
      map.put("step", verb);
      map.put("millis", millis);
      map.put("ok", isOk());
      map.put("text", isOk() ? note : problem);
      return map;
    }
  }

  /**
   * A runner of one script.
   *
   * @param server what holds for every connect
   * @param state where each user has a folder for its identity and pending commits, or null
   * @param trust whom its users take for servers
   * @param told of each step when it is done
   */
  ScriptRunner(
      Map<String, Object> server,
      java.nio.file.Path state,
      ServerTrust trust,
      Consumer<Result> told) {
    this.server = server;
    this.trust = trust;
    this.state = state;
    this.told = told;
    files = new ScriptFiles(state);
  }

  List<Result> run(List<Script.Step> steps) {
    usesFiles = steps.stream().anyMatch(step -> ScriptVerbs.OF_FILES.contains(step.verb()));
    List<Result> results = new ArrayList<>();
    for (Script.Step step : steps) {
      long start = System.nanoTime();
      String problem = null;
      String note = "";
      try {
        note = execute(step);
      } catch (IllegalArgumentException | IllegalStateException | ScriptException e) {
        problem = e.getMessage();
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      results.add(new Result(step.line(), step.verb(), millis, problem, note));
      told.accept(results.get(results.size() - 1));
      if (problem != null) {
        break;
      }
    }
    return results;
  }

  @Override
  public void close() {
    users.values().forEach(ScriptUser::close);
    files.close();
  }

  private String execute(Script.Step step) {
    Arguments the = new Arguments(step);
    if (step.verb().equals("pause")) {
      sleep(the.number("millis", 0));
      return "";
    }
    String name = ScriptVerbs.user(step);
    if (step.verb().equals("connect")) {
      ScriptUser user =
          users.computeIfAbsent(
              name,
              key ->
                  new ScriptUser(
                      state == null ? null : state.resolve(key),
                      usesFiles ? files.of(key) : null,
                      trust));
      user.agent.connect(options(the, name));
      String wanted = the.text("state", "");
      return wanted.isEmpty() ? "" : await(user, the, DEFAULT_WAIT_SECONDS);
    }
    ScriptUser user = users.get(name);
    if (!edit(user, step.verb(), the)) {
      users.values().forEach(ScriptUser::commit);
      return act(user, step.verb(), the);
    }
    return "";
  }

  private static boolean edit(ScriptUser user, String verb, Arguments the) {
    switch (verb) {
      case "add" ->
          user.add(
              the.text("type", "Object"),
              the.text("name", "Node"),
              (Value.Fields) Arguments.value(the.map("properties")),
              (int) the.number("count", 1),
              (int) the.number("bytes", 0));
      case "set" -> user.set(the.text("node", ""), the.path(), Arguments.value(the.get("value")));
      case "remove" -> user.remove(the.text("node", ""), the.path());
      case "delete" -> user.delete(the.text("node", ""));
      default -> {
        return false;
      }
    }
    return true;
  }

  private String act(ScriptUser user, String verb, Arguments the) {
    switch (verb) {
      case "initialise" -> user.agent.initialise(the.flag("empty", false));
      case "initialiseDone" -> user.agent.initialiseDone();
      case "autoPush" -> user.agent.setAutoPush(the.flag("on", true), Set.of());
      case "push" -> user.agent.push();
      case "presence" -> user.agent.presence((Value.Fields) Arguments.value(the.map("fields")));
      case "own" -> user.agent.own(OwnerAction.TAKE, nodes(user, the), null);
      case "release" -> user.agent.own(OwnerAction.RELEASE, nodes(user, the), null);
      case "give" ->
          user.agent.own(OwnerAction.GIVE, nodes(user, the), person(user, the.text("to", "")));
      case "kick" ->
          user.agent.kick(
              person(user, the.text("who", "")),
              the.text("reason", "kicked"),
              the.flag("ban", false));
      case "role" -> user.agent.setRole(person(user, the.text("who", "")), role(the));
      case "cut" -> user.agent.cut((int) the.number("millis", 1000));
      case "disconnect" -> user.agent.disconnect();
      case "offer" -> {
        return files.offer(user.agent, the.text("file", ""));
      }
      case "fetch" ->
          files.fetch(user.agent, files.named(the.text("file", "")), the.text("name", "file"));
      case "cancel" -> user.agent.files().cancel(files.named(the.text("file", "")));
      case "limitUpload" -> user.agent.files().limitUpload((long) the.number("bytesPerSecond", 0));
      case "wait" -> {
        return await(user, the, the.number("seconds", DEFAULT_WAIT_SECONDS));
      }
      case "hash" -> {
        return ReplicaHash.of(user.agent.nodes());
      }
      case "expect" -> unmet(user, the).ifPresent(ScriptRunner::fail);
      default -> {
        // commit: what was collected is committed by now.
      }
    }
    return "";
  }

  private String await(ScriptUser user, Arguments the, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    Optional<String> unmet = unmet(user, the);
    while (unmet.isPresent()) {
      if (System.nanoTime() > end) {
        fail("waited " + seconds + " s: " + unmet.get());
      }
      if (user.agent.status().state() instanceof ClientState.Ended ended
          && !the.text("state", "ENDED").equals("ENDED")) {
        fail(ended.text());
      }
      sleep(POLL_MILLIS);
      unmet = unmet(user, the);
    }
    Status status = user.agent.status();
    return status.nodes() + " nodes, sequence " + status.sequence();
  }

  /** What is not as the arguments say, or empty if everything is. */
  private Optional<String> unmet(ScriptUser user, Arguments the) {
    user.commit();
    Map<String, Object> actual = new TreeMap<>();
    ScriptFacts facts = new ScriptFacts(user, the, files);
    for (String key : the.keys()) {
      facts.actual(key).ifPresent(value -> actual.put(key, value));
    }
    for (Map.Entry<String, Object> fact : actual.entrySet()) {
      Object wanted = the.get(fact.getKey());
      if (!String.valueOf(wanted).equals(String.valueOf(fact.getValue()))) {
        return Optional.of(fact.getKey() + " is " + fact.getValue() + ", not " + wanted);
      }
    }
    return Optional.empty();
  }

  private static List<UUID> nodes(ScriptUser user, Arguments the) {
    return the.list("nodes").stream().map(name -> user.id(String.valueOf(name))).toList();
  }

  private static Role role(Arguments the) {
    String name = the.text("role", "");
    try {
      return Role.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a role is viewer, editor or admin, not " + name, e);
    }
  }

  private static UUID person(ScriptUser user, String name) {
    return user.agent.status().users().stream()
        .filter(other -> other.name().equals(name))
        .map(User::id)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no user '" + name + "'"));
  }

  private ConnectOptions options(Arguments the, String name) {
    Map<String, Object> all = new LinkedHashMap<>(server);
    the.keys().forEach(key -> all.put(key, the.get(key)));
    Arguments both = new Arguments(new Script.Step(the.line(), "connect", all));
    return new ConnectOptions(
        both.text("host", "127.0.0.1"),
        (int) both.number("port", 5555),
        both.text("session", "main"),
        name,
        (int) both.number("colour", 0x4080ff),
        both.text("serverPassword", ""),
        both.text("adminPassword", ""),
        both.text("blenderVersion", ""),
        (int) both.number("timeoutMillis", ConnectOptions.DEFAULT_TIMEOUT_MILLIS),
        Security.of(both.flag("plain", false), both.text("fingerprint", "")));
  }

  private static void fail(String text) {
    throw new IllegalStateException(text);
  }

  private static void sleep(double millis) {
    try {
      Thread.sleep((long) millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** A step's arguments by kind. */
  record Arguments(Script.Step step) {
    int line() {
      return step.line();
    }

    Iterable<String> keys() {
      return step.arguments().keySet();
    }

    Object get(String key) {
      return step.arguments().get(key);
    }

    String text(String key, String otherwise) {
      return get(key) == null ? otherwise : String.valueOf(get(key));
    }

    boolean flag(String key, boolean otherwise) {
      return get(key) instanceof Boolean flag ? flag : otherwise;
    }

    double number(String key, double otherwise) {
      if (get(key) == null) {
        return otherwise;
      }
      if (get(key) instanceof Number number) {
        return number.doubleValue();
      }
      throw new ScriptException(line(), "'" + key + "' must be a number");
    }

    Map<?, ?> map(String key) {
      return get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    List<?> list(String key) {
      return get(key) instanceof List<?> list ? list : Arrays.asList(get(key));
    }

    Path path() {
      return new Path(list("path").stream().map(String::valueOf).toList());
    }

    /** The protocol's value for one of the script's. */
    static Value value(Object yaml) {
      if (yaml instanceof Map<?, ?> map) {
        TreeMap<String, Value> fields = new TreeMap<>();
        map.forEach((key, item) -> fields.put((String) key, value(item)));
        return new Value.Fields(fields);
      }
      if (yaml instanceof List<?> list) {
        return new Value.Items(list.stream().map(Arguments::value).toList());
      }
      if (yaml instanceof Boolean flag) {
        return new Value.Bool(flag);
      }
      if (yaml instanceof Long whole) {
        return new Value.Int(whole);
      }
      if (yaml instanceof Double real) {
        return new Value.Real(real);
      }
      return yaml == null ? Value.NULL : new Value.Text((String) yaml);
    }
  }
}
