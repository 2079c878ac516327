package org.multiuser.app;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.PartAssembler;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.Codecs;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A bare client over real sockets, as simple as the protocol allows. Used by one thread. */
final class WireClient implements AutoCloseable {
  static final Codecs CODECS = Codecs.with(new ZstdCompressor());
  private static final long TIMEOUT_MILLIS = 30_000;
  private static final UUID NO_INCARNATION = new UUID(0, 0);

  final UUID id;
  final List<LogEntry> entries = new ArrayList<>();
  final List<Node> snapshot = new ArrayList<>();
  final List<Long> own = new ArrayList<>();
  Message.LoggedIn login;
  Message.SnapshotBegin begun;
  private final ZContext context = new ZContext(1);
  private final Map<Channel, ZMQ.Socket> sockets = new EnumMap<>(Channel.class);
  private final PartAssembler parts = new PartAssembler();
  private long counter;
  private long owedBytes;
  private long creditBytes;
  private long grantStepBytes;

  WireClient(int basePort) {
    this(basePort, UUID.randomUUID());
  }

  WireClient(int basePort, UUID id) {
    this.id = id;
    int port = basePort;
    for (Channel channel : Channel.values()) {
      ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
      socket.setLinger(0);
      socket.connect("tcp://127.0.0.1:" + port++);
      sockets.put(channel, socket);
    }
  }

  void send(Channel channel, Message message) {
    sockets.get(channel).send(MessageCodec.encode(message));
  }

  /** The next message of this kind on the channel; others are passed over. */
  <T extends Message> T await(Channel channel, Class<T> type) {
    T message = poll(channel, type, TIMEOUT_MILLIS);
    if (message == null) {
      throw new AssertionError("no " + type.getSimpleName() + " came on " + channel);
    }
    return message;
  }

  /** As {@link #await}, or null if none comes in this time. */
  <T extends Message> T poll(Channel channel, Class<T> type, long millis) {
    ZMQ.Socket socket = sockets.get(channel);
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() < deadline) {
      socket.setReceiveTimeOut(200);
      byte[] frame = socket.recv();
      if (frame != null) {
        Message message = MessageCodec.decode(frame);
        if (channel == Channel.SUBSCRIBER) {
          take(message);
        } else if (channel == Channel.PUBLISHER && message instanceof Message.Grant grant) {
          creditBytes += grant.bytes();
        }
        if (type.isInstance(message)) {
          return type.cast(message);
        }
      }
    }
    return null;
  }

  void sendBytes(Channel channel, byte[] frame) {
    sockets.get(channel).send(frame);
  }

  /** Sends if the peer takes it; false if not now. */
  boolean trySend(Channel channel, Message message) {
    return sockets.get(channel).send(MessageCodec.encode(message), ZMQ.DONTWAIT);
  }

  /** How many messages have come on this channel, which are passed over. */
  int drain(Channel channel) {
    int count = 0;
    while (sockets.get(channel).recv(ZMQ.DONTWAIT) != null) {
      count++;
    }
    return count;
  }

  /** The code of the next refusal on this channel that names no other request. */
  ErrorCode failed(Channel channel) {
    return await(channel, Message.Failed.class).code();
  }

  private void take(Message message) {
    if (message instanceof Message.SnapshotBegin begin) {
      begun = begin;
      snapshot.clear();
      entries.clear();
    } else if (message instanceof Message.SnapshotPart p) {
      grant(p.bytes().length);
      parts
          .add(p.totalBytes(), p.offset(), p.bytes())
          .ifPresent(whole -> snapshot.add(CODECS.nodes().decode(whole)));
    } else if (message instanceof Message.EntryPart p) {
      grant(p.bytes().length);
      parts
          .add(p.totalBytes(), p.offset(), p.bytes())
          .ifPresent(whole -> entries.add(CODECS.entries().decode(whole)));
    } else if (message instanceof Message.OwnEntry mine) {
      grant(64);
      own.add(mine.counter());
    }
  }

  private void grant(long bytes) {
    owedBytes += Math.max(64, bytes);
    if (owedBytes >= grantStepBytes) {
      send(Channel.SUBSCRIBER, new Message.Grant(owedBytes));
      owedBytes = 0;
    }
  }

  void hello() {
    send(Channel.COMMANDS, new Message.Hello(ProtocolVersion.MAJOR, 0, "test"));
    await(Channel.COMMANDS, Message.Welcome.class);
  }

  WireClient login(String name, String adminPassword) {
    return login(name, adminPassword, new byte[0]);
  }

  WireClient login(String name, String adminPassword, byte[] secret) {
    hello();
    send(
        Channel.COMMANDS,
        new Message.Login(1, "main", id, secret, name, 0xff8800, "", adminPassword, "4.3", false));
    login = await(Channel.COMMANDS, Message.LoggedIn.class);
    send(Channel.PUBLISHER, new Message.Bind(login.token()));
    send(Channel.TTL, new Message.Bind(login.token()));
    await(Channel.PUBLISHER, Message.Grant.class);
    return this;
  }

  /** Subscribes from a number on, 0 for a snapshot, and follows to the end. */
  Message.CaughtUp subscribe(long sequence) {
    return subscribe(sequence, 64 * 1024);
  }

  /** As {@link #subscribe(long)} with this credit, which is repaid in quarters. */
  Message.CaughtUp subscribe(long sequence, long credit) {
    grantStepBytes = credit / 4;
    UUID incarnation = sequence == 0 ? NO_INCARNATION : login.incarnation();
    send(Channel.SUBSCRIBER, new Message.Subscribe(login.token(), incarnation, sequence, credit));
    return await(Channel.SUBSCRIBER, Message.CaughtUp.class);
  }

  void initialise(boolean empty) {
    send(Channel.COMMANDS, new Message.Initialise(2, empty));
    await(Channel.COMMANDS, Message.StateChanged.class);
  }

  /** Pushes the creation of a node and returns its identity. */
  UUID create(String type) {
    UUID node = UUID.randomUUID();
    push(node, new Operation.Create(type, Value.Fields.EMPTY));
    return node;
  }

  long push(UUID node, Operation... steps) {
    counter++;
    pushBytes(counter, encode(node, counter, steps));
    return counter;
  }

  /** The counter of the last commit. */
  long counter() {
    return counter;
  }

  /** Counts one more commit, to be pushed by hand. */
  long nextCounter() {
    return ++counter;
  }

  /** The bytes of a commit of this client. */
  byte[] encode(UUID node, long number, Operation... steps) {
    return CODECS.commits().encode(new Commit(id, number, node, 0, 0, List.of(steps)));
  }

  void pushBytes(long number, byte[] bytes) {
    for (Parts.Part part : Parts.split(bytes)) {
      while (creditBytes <= 0) {
        await(Channel.PUBLISHER, Message.Grant.class);
      }
      creditBytes -= Math.max(64, part.bytes().length);
      send(
          Channel.PUBLISHER,
          new Message.PushPart(number, part.totalBytes(), part.offset(), part.bytes()));
    }
  }

  void accepted(long number) {
    while (await(Channel.PUBLISHER, Message.Accepted.class).counter() < number) {
      // Answers come in order; earlier ones are passed over.
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
