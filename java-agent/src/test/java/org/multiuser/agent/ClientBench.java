package org.multiuser.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.KeepsNothing;
import org.multiuser.repository.Repository;

/** A client with a clock that the test moves, and a server's side that the test speaks for. */
final class ClientBench {
  static final UUID ID = new UUID(1, 1);
  static final UUID OTHER = new UUID(1, 2);
  static final UUID INCARNATION = new UUID(2, 2);
  static final byte[] TOKEN = new byte[32];
  static final byte[] SECRET = {5, 5, 5};
  static final int TIMEOUT_MILLIS = 60_000;

  private final CommitCodec commits = new CommitCodec(BulkCodec.raw());
  private final NodeCodec nodes = new NodeCodec(BulkCodec.raw());
  private final LogEntryCodec entries = new LogEntryCodec(commits);

  /** What the store was told to put aside. */
  final List<UUID> asides = new ArrayList<>();

  final Repository repository =
      new Repository(
          ID,
          () -> 7,
          new KeepsNothing() {
            @Override
            public void setAside(UUID incarnation) {
              asides.add(incarnation);
            }
          });
  final Client client;

  /** What was sent over the present links. */
  final List<Effect.Send> sent = new ArrayList<>();

  final List<Event> events = new ArrayList<>();
  final List<byte[]> remembered = new ArrayList<>();
  int opens;
  boolean open;
  long nowNanos = 1_000_000_000_000L;

  ClientBench() {
    this(new byte[0]);
  }

  /**
   * A client of this identity.
   *
   * @param secret what an earlier agent of it left behind, empty for none
   */
  ClientBench(byte[] secret) {
    ConnectOptions options =
        new ConnectOptions(
            "host", 5555, "main", "ann", 0, "", "", "4.3", TIMEOUT_MILLIS, Security.ENCRYPTED);
    client = new Client(ID, secret, options, repository, BulkCodec.raw());
  }

  private void carryOut() {
    for (Effect effect : client.drain()) {
      if (effect instanceof Effect.Open) {
        opens++;
        open = true;
        sent.clear();
      } else if (effect instanceof Effect.Close) {
        open = false;
      } else if (effect instanceof Effect.Send send && open) {
        sent.add(send);
      } else if (effect instanceof Effect.Remember remember) {
        remembered.add(remember.secret());
      }
    }
    events.addAll(client.events());
  }

  // --- the client's side ---

  ClientBench connect() {
    client.connect(nowNanos);
    carryOut();
    return this;
  }

  /** Time passes, in steps as a driver would take them. */
  void pass(long millis) {
    for (long at = 0; at < millis; at += 50) {
      nowNanos += 50_000_000L;
      client.tick(nowNanos);
      carryOut();
    }
  }

  void cut() {
    client.linkLost("cut", nowNanos);
    carryOut();
  }

  /** The artist makes a new datablock, of so many bytes at least. */
  UUID add(long number, int bytes) {
    UUID id = new UUID(3, number);
    Value text = new Value.Text("x".repeat(bytes));
    Capture capture = Capture.full(id, "Object", fields(Map.of("text", text)), Map.of());
    repository.submit(List.of(capture));
    client.pump();
    carryOut();
    return id;
  }

  /** The artist sets a number. */
  void set(UUID node, String key, long value) {
    Capture.PathValue at = new Capture.PathValue(Path.of(key), new Value.Int(value));
    repository.submit(List.of(Capture.part(node, "Object", List.of(at), List.of())));
    client.pump();
    carryOut();
  }

  static Value.Fields fields(Map<String, Value> values) {
    return new Value.Fields(new TreeMap<>(values));
  }

  static Node node(long number, long value) {
    return new Node(
        new UUID(3, number),
        "Object",
        null,
        1,
        0,
        fields(Map.of("a", new Value.Int(value))),
        new TreeMap<>());
  }

  // --- the server's side ---

  void hear(Channel channel, Message message) {
    client.receive(channel, message, nowNanos);
    carryOut();
  }

  void refuseLogin(ErrorCode code) {
    hear(Channel.COMMANDS, new Message.Welcome(ProtocolVersion.MAJOR, 0, "server", List.of()));
    Message.Login login = last(Message.Login.class);
    hear(Channel.COMMANDS, new Message.Failed(login.request(), code, "No: " + code + "."));
  }

  ClientBench letIn() {
    return letIn(INCARNATION);
  }

  ClientBench letIn(UUID incarnation) {
    hear(Channel.COMMANDS, new Message.Welcome(ProtocolVersion.MAJOR, 0, "server", List.of()));
    return acceptLogin(incarnation);
  }

  /** The server's answer to the log-in that was sent. */
  ClientBench acceptLogin(UUID incarnation) {
    Message.Login login = last(Message.Login.class);
    SessionState active = SessionState.ACTIVE;
    hear(
        Channel.COMMANDS,
        new Message.LoggedIn(
            login.request(), ID, TOKEN, SECRET, Role.EDITOR, incarnation, active, TIMEOUT_MILLIS));
    return this;
  }

  void snapshot(UUID incarnation, long sequence, Node... image) {
    hear(Channel.SUBSCRIBER, new Message.SnapshotBegin(incarnation, sequence, image.length, 1_000));
    for (int i = 0; i < image.length; i++) {
      byte[] bytes = nodes.encode(image[i]);
      hear(Channel.SUBSCRIBER, new Message.SnapshotPart(i, bytes.length, 0, bytes));
    }
    hear(Channel.SUBSCRIBER, new Message.SnapshotEnd(sequence));
  }

  void caughtUp(long sequence, long counter) {
    hear(Channel.SUBSCRIBER, new Message.CaughtUp(sequence, counter));
  }

  void own(long sequence, long counter) {
    hear(Channel.SUBSCRIBER, new Message.OwnEntry(sequence, counter));
  }

  void entry(LogEntry entry) {
    byte[] bytes = entries.encode(entry);
    hear(Channel.SUBSCRIBER, new Message.EntryPart(entry.sequence(), bytes.length, 0, bytes));
  }

  void grant(long bytes) {
    hear(Channel.PUBLISHER, new Message.Grant(bytes));
  }

  /** Online, with an empty session and plenty of credit. */
  ClientBench online() {
    connect().letIn();
    snapshot(INCARNATION, 0);
    caughtUp(0, 0);
    grant(1 << 20);
    return this;
  }

  /** Waits for the next attempt after a lost link and lets it in. */
  void backAgain() {
    int before = opens;
    for (int i = 0; i < 200 && opens == before; i++) {
      pass(50);
    }
    letIn();
  }

  // --- what was sent ---

  <T extends Message> List<T> all(Class<T> type) {
    return sent.stream()
        .map(Effect.Send::message)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  <T extends Message> T last(Class<T> type) {
    List<T> all = all(type);
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /** The counters of the commits that were pushed whole over the present links. */
  List<Long> pushed() {
    List<Long> counters = new ArrayList<>();
    PartAssembler parts = new PartAssembler();
    for (Message.PushPart part : all(Message.PushPart.class)) {
      parts
          .add(part.totalBytes(), part.offset(), part.bytes())
          .ifPresent(bytes -> counters.add(commits.decode(bytes).counter()));
    }
    return counters;
  }

  Event lastEvent() {
    return events.get(events.size() - 1);
  }
}
