package org.multiuser.app;

import java.util.List;
import java.util.Optional;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.Event;
import org.multiuser.agent.Status;
import org.multiuser.protocol.delta.Values;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.User;

/** What a wait or an expect compares with, as it is now. */
final class ScriptFacts {
  private final ScriptUser user;
  private final ScriptArguments the;
  private final Status status;
  private final ScriptFiles files;

  ScriptFacts(ScriptUser user, ScriptArguments the, ScriptFiles files) {
    this.user = user;
    this.files = files;
    this.the = the;
    status = user.agent.status();
  }

  /** The fact that goes with an argument; empty for arguments that only say what is looked at. */
  Optional<Object> actual(String key) {
    return switch (key) {
      case "state" -> Optional.of(status.state().label());
      case "reason" ->
          Optional.of(
              status.state() instanceof ClientState.Ended ended ? ended.code().name() : "none");
      case "nodes" -> Optional.of(count());
      case "users" -> Optional.of(users());
      case "pending" -> Optional.of(status.pending());
      case "sequence" -> Optional.of(status.sequence());
      case "exists" -> Optional.of(node().isPresent());
      case "owner" -> Optional.of(node().map(this::owner).orElse("no such node"));
      case "revision" -> Optional.of(node().map(Node::revision).orElse(-1L));
      case "value" -> Optional.of(value());
      case "transfer" -> Optional.of(files.state(user.agent, files.named(the.text("file", ""))));
      case "sha256" -> Optional.of(files.sha256(user.agent, files.named(the.text("file", ""))));
      case "event" ->
          Optional.of(hasEvent(the.text("event", "")) ? the.text("event", "") : "no such event");
      default -> Optional.empty();
    };
  }

  private Object count() {
    String type = the.text("type", "");
    return type.isEmpty()
        ? status.nodes()
        : user.agent.nodes().stream().filter(node -> node.type().equals(type)).count();
  }

  private Object users() {
    List<String> names = status.users().stream().map(User::name).sorted().toList();
    return the.get("users") instanceof List ? names : names.size();
  }

  private Optional<Node> node() {
    return user.find(the.text("node", ""));
  }

  private String owner(Node node) {
    return status.users().stream()
        .filter(person -> person.id().equals(node.owner()))
        .map(User::name)
        .findFirst()
        .orElse(node.owner() == null ? "COMMON" : node.owner().toString());
  }

  /** The wanted value itself where they are equal, so that both print alike. */
  private Object value() {
    Object wanted = ScriptArguments.value(the.get("value"));
    Object actual = node().flatMap(node -> Values.at(node.properties(), the.path())).orElse(null);
    return wanted.equals(actual) ? String.valueOf(the.get("value")) : String.valueOf(actual);
  }

  private boolean hasEvent(String kind) {
    return user.events.stream()
        .map(Event::kind)
        .anyMatch(found -> found.name().equalsIgnoreCase(kind));
  }
}
