package org.multiuser.bridge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.multiuser.agent.Agent;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Event;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Security;
import org.multiuser.agent.Status;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Catalogue;
import org.multiuser.repository.Change;
import org.multiuser.repository.Row;

/** Remembers what it was told and offers what a test puts in. */
final class RecordingAgent implements Agent {
  final List<String> calls = new ArrayList<>();
  final List<Capture> captures = new ArrayList<>();
  final Deque<Change.Batch> batches = new ArrayDeque<>();
  Value.Fields presence;
  Listener listener;
  SceneFiles sceneFiles = SceneFiles.NONE;

  @Override
  public void listen(Listener told) {
    listener = told;
  }

  Security security;

  @Override
  public void connect(ConnectOptions options) {
    security = options.security();
    calls.add("connect " + options.host() + ":" + options.port() + " " + options.userName());
  }

  @Override
  public void disconnect() {
    calls.add("disconnect");
  }

  @Override
  public void initialise(boolean empty) {
    calls.add("initialise " + empty);
  }

  @Override
  public void initialiseDone() {
    calls.add("initialiseDone");
  }

  @Override
  public Status status() {
    return new Status(
        new ClientState.Syncing(3, 7), null, null, "main", null, "", List.of(), 3, 1, 0, 0, 0, 0);
  }

  @Override
  public List<Event> events() {
    return List.of(Event.of(Event.Kind.INFO, "a \"quoted\"\nline"));
  }

  @Override
  public void submit(List<Capture> taken) {
    captures.addAll(taken);
  }

  @Override
  public Optional<Change.Batch> take(long maxBytes) {
    return Optional.ofNullable(batches.poll());
  }

  @Override
  public void done(int batch) {
    calls.add("done " + batch);
  }

  @Override
  public void whole(UUID node) {
    calls.add("whole " + node);
  }

  @Override
  public void complete(Collection<UUID> nodes) {
    calls.add("complete " + nodes);
  }

  @Override
  public void reset(UUID node) {
    calls.add("reset " + node);
  }

  @Override
  public void own(OwnerAction action, Collection<UUID> nodes, UUID to) {
    calls.add("own " + action + " " + nodes + " " + to);
  }

  @Override
  public Map<UUID, UUID> owners() {
    return Map.of();
  }

  @Override
  public void kick(UUID user, String reason, boolean ban) {
    calls.add("kick " + user + " " + reason + " " + ban);
  }

  @Override
  public void setRole(UUID user, Role role) {
    calls.add("role " + user + " " + role);
  }

  @Override
  public void presence(Value.Fields state) {
    presence = state;
  }

  @Override
  public Map<UUID, Value.Fields> presences() {
    return presence == null ? Map.of() : Map.of(new UUID(1, 2), presence);
  }

  @Override
  public void setAutoPush(boolean on, Set<String> byHand) {
    calls.add("setAutoPush " + on + " " + new TreeSet<>(byHand));
  }

  @Override
  public void push(Collection<UUID> nodes) {
    calls.add("push " + nodes);
  }

  @Override
  public Catalogue.Page rows(long since, int most) {
    Row row =
        new Row(
            new UUID(1, 2), "Mesh", "Cube", null, Row.State.UP, 0, new UUID(3, 4), 5, "refused");
    return new Catalogue.Page(since + most, true, List.of(row), List.of(new UUID(6, 7)));
  }

  @Override
  public void push() {
    calls.add("push");
  }

  @Override
  public void cut(int millis) {
    throw new IllegalStateException("There is no link to cut.");
  }

  @Override
  public List<Node> nodes() {
    return List.of();
  }

  @Override
  public Optional<Node> node(UUID id) {
    return Optional.empty();
  }

  @Override
  public SceneFiles sceneFiles() {
    return sceneFiles;
  }

  @Override
  public void close() {
    calls.add("close");
  }
}
