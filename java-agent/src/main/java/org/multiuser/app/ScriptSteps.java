package org.multiuser.app;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.agent.Status;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

/**
 * Carries out single steps: those without others in them. Steps of different users may be carried
 * out by several threads at the same time.
 */
final class ScriptSteps implements AutoCloseable {
  private static final int DEFAULT_WAIT_SECONDS = 10;
  private static final int POLL_MILLIS = 2;

  private final Map<String, Object> server;
  private final java.nio.file.Path state;
  private final ServerTrust trust;
  private final Map<String, ScriptUser> users = new ConcurrentHashMap<>();
  private final Map<Script.Step, ScriptEdit> randomEdits =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final ScriptFiles files;
  private final boolean usesFiles;

  /**
   * Without users yet.
   *
   * @param server what holds for every connect
   * @param state where each user has a folder for its identity and pending commits, or null
   * @param trust whom its users take for servers
   * @param usesFiles whether there are steps of {@link ScriptVerbs#OF_FILES}
   */
  ScriptSteps(
      Map<String, Object> server, java.nio.file.Path state, ServerTrust trust, boolean usesFiles) {
    this.server = server;
    this.trust = trust;
    this.state = state;
    this.usesFiles = usesFiles;
    files = new ScriptFiles(state);
  }

  @Override
  public void close() {
    users.values().forEach(ScriptUser::close);
    files.close();
  }

  /**
   * Carries out a step.
   *
   * @return something worth showing, or empty
   * @throws IllegalStateException if it fails, as does IllegalArgumentException
   */
  String carryOut(Script.Step step, ScriptRunner.Scope scope) {
    ScriptArguments the = new ScriptArguments(step);
    if (step.verb().equals("pause")) {
      sleep(the.number("millis", 0));
      return "";
    }
    String name = ScriptUsers.of(step);
    if (step.verb().equals("connect")) {
      return connect(name, the);
    }
    ScriptUser user = users.get(name);
    if (edit(user, step.verb(), the)) {
      return "";
    }
    scope.users().stream().map(users::get).filter(Objects::nonNull).forEach(ScriptUser::commit);
    return step.verb().equals("edit")
        ? randomEdits.computeIfAbsent(step, key -> ScriptEdit.of(the, scope.seed())).make(user)
        : act(user, step.verb(), the);
  }

  private String connect(String name, ScriptArguments the) {
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

  private static boolean edit(ScriptUser user, String verb, ScriptArguments the) {
    switch (verb) {
      case "add" ->
          user.add(
              the.text("type", "Object"),
              the.text("name", "Node"),
              (Value.Fields) ScriptArguments.value(the.map("properties")),
              (int) the.number("count", 1),
              (int) the.number("bytes", 0));
      case "set" ->
          user.set(the.text("node", ""), the.path(), ScriptArguments.value(the.get("value")));
      case "remove" -> user.remove(the.text("node", ""), the.path());
      case "delete" -> user.delete(the.text("node", ""));
      default -> {
        return false;
      }
    }
    return true;
  }

  private String act(ScriptUser user, String verb, ScriptArguments the) {
    switch (verb) {
      case "initialise" -> user.agent.initialise(the.flag("empty", false));
      case "initialiseDone" -> user.agent.initialiseDone();
      case "autoPush" -> user.agent.setAutoPush(the.flag("on", true), Set.of());
      case "push" -> user.agent.push();
      case "presence" ->
          user.agent.presence((Value.Fields) ScriptArguments.value(the.map("fields")));
      case "own", "lock" -> user.agent.own(OwnerAction.TAKE, nodes(user, the), null);
      case "release", "unlock" -> user.agent.own(OwnerAction.RELEASE, nodes(user, the), null);
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
      case "expect" -> unmet(user, the).ifPresent(ScriptSteps::fail);
      default -> {
        // commit: what was collected is committed by now.
      }
    }
    return "";
  }

  private String await(ScriptUser user, ScriptArguments the, double seconds) {
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
  private Optional<String> unmet(ScriptUser user, ScriptArguments the) {
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

  private static List<UUID> nodes(ScriptUser user, ScriptArguments the) {
    return the.list("nodes").stream().map(name -> user.id(String.valueOf(name))).toList();
  }

  private static Role role(ScriptArguments the) {
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

  private ConnectOptions options(ScriptArguments the, String name) {
    Map<String, Object> all = new LinkedHashMap<>(server);
    the.keys().forEach(key -> all.put(key, the.get(key)));
    ScriptArguments both = new ScriptArguments(new Script.Step(the.line(), "connect", all));
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
      throw ScriptRunner.stopped(e);
    }
  }
}
