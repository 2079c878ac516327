package org.multiuser.app.recording;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.multiuser.agent.Client;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Effect;
import org.multiuser.agent.Event;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.network.client.ClientCore;
import org.multiuser.network.client.ClientDriver;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.repository.PendingStore;
import org.multiuser.repository.Repository;

/**
 * One client in a session, without Blender and with nothing kept on disk. What comes in can be
 * watched. The client and the repository belong to the seat's own thread, to which {@link #call}
 * goes over.
 */
final class Seat implements AutoCloseable {
  private static final int MOST_TROUBLES = 20;

  /** Told of what comes in; on the seat's thread. */
  interface Watcher {
    /** A message came and was taken in. */
    void took(Channel channel, Message message);
  }

  private final Repository repository;
  private final Client client;
  private final ClientDriver driver;
  private final Watcher watcher;
  private final List<String> troubles = new ArrayList<>();
  private long bytesSent;

  /**
   * Takes a seat; nothing is connected yet.
   *
   * @param id the identity to log in with (SPEC ID2)
   * @param bulk packs and unpacks buffers
   * @param watcher told of all that comes in, or null
   */
  Seat(UUID id, ConnectOptions options, ServerTrust trust, BulkCodec bulk, Watcher watcher) {
    this.watcher = watcher;
    SecureRandom random = new SecureRandom();
    repository = new Repository(id, random::nextLong, PendingStore.NONE);
    client = new Client(id, new byte[0], options, repository, bulk);
    driver = new ClientDriver("seat of " + options.userName(), trust, new Core());
  }

  /** Starts to connect, once; how it goes shows in {@link #state}. Any thread may call. */
  void connect() {
    driver.post(() -> client.connect(System.nanoTime()));
  }

  /** What packs buffers for seats and recordings. */
  static BulkCodec bulk() {
    return new BulkCodec(new ZstdCompressor());
  }

  /** What is said to the server; on the seat's thread alone. */
  Client client() {
    return client;
  }

  /** The replica; on the seat's thread alone. */
  Repository repository() {
    return repository;
  }

  /**
   * Does something on the seat's thread and waits for it. Any thread may call.
   *
   * @throws IllegalStateException if the seat is closed
   */
  <T> T call(Callable<T> work) {
    return driver.call(work);
  }

  /** Where it stands. Any thread may call. */
  ClientState state() {
    return call(client::state);
  }

  /** Whether it is in the open session and holds all of it. Any thread may call. */
  boolean isOnline() {
    return state() instanceof ClientState.Online;
  }

  /** The first of what its user would have been warned of. Any thread may call. */
  List<String> troubles() {
    return call(() -> List.copyOf(troubles));
  }

  private void keepTrouble() {
    for (Event event : client.events()) {
      boolean isTrouble = event.kind() == Event.Kind.REFUSED || event.kind() == Event.Kind.WARNING;
      if (isTrouble && troubles.size() < MOST_TROUBLES) {
        troubles.add(event.text());
      }
    }
  }

  /** How much it sent. Any thread may call. */
  long bytesSent() {
    return call(() -> bytesSent);
  }

  /** Leaves the session and gives the seat up. */
  @Override
  public void close() {
    driver.post(client::disconnect);
    driver.close();
  }

  /** What the driver drives; on its thread. */
  private final class Core implements ClientCore {
    @Override
    public void receive(Channel channel, Message message, int bytes, long nowNanos) {
      client.receive(channel, message, nowNanos);
      if (watcher != null) {
        watcher.took(channel, message);
      }
    }

    @Override
    public void sent(int bytes) {
      bytesSent += bytes;
    }

    @Override
    public void linkLost(String text, long nowNanos) {
      client.linkLost(text, nowNanos);
    }

    @Override
    public void linkRefused(String text, long nowNanos) {
      client.linkRefused(text, nowNanos);
    }

    @Override
    public void told(String text) {
      client.told(text);
    }

    @Override
    public void tick(long nowNanos) {
      client.tick(nowNanos);
    }

    @Override
    public long waitMillis(long nowNanos) {
      return client.waitMillis(nowNanos);
    }

    @Override
    public List<Effect> drain() {
      keepTrouble();
      return client.drain().stream().filter(effect -> !(effect instanceof Effect.OfFile)).toList();
    }
  }
}
