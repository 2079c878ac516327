package org.multiuser.network.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.multiuser.protocol.message.Channel;
import org.multiuser.server.room.Link;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * Sends without ever waiting. What a peer does not take now is kept for it, within bounds; on TTL
 * it is dropped, for there only the newest counts. Used by the driver's thread alone.
 */
final class Outgoing {
  private final Map<Channel, ZMQ.Socket> routers;
  private final long mostBytes;
  private final Map<Link, Waiting> clogged = new HashMap<>();

  private final AtomicLong waitingBytes = new AtomicLong();

  private static final class Waiting {
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private long bytes;
  }

  /**
   * Nothing waits yet.
   *
   * @param mostBytes what may wait for one link; beyond that it ends
   */
  Outgoing(Map<Channel, ZMQ.Socket> routers, long mostBytes) {
    this.routers = routers;
    this.mostBytes = mostBytes;
  }

  /** What waits for peers to take it, in bytes. From any thread. */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /** Whether something waits for a peer to take it. */
  boolean isClogged() {
    return !clogged.isEmpty();
  }

  /**
   * Sends a frame, or keeps it for later.
   *
   * @param lost told of a link for which too much has come together
   */
  void send(Link link, byte[] frame, Consumer<Link> lost) {
    Waiting waiting = clogged.get(link);
    if ((waiting == null && trySend(link, frame)) || link.channel() == Channel.TTL) {
      return;
    }
    if (waiting == null) {
      waiting = new Waiting();
      clogged.put(link, waiting);
    }
    waiting.frames.add(frame);
    waiting.bytes += frame.length;
    waitingBytes.addAndGet(frame.length);
    if (waiting.bytes > mostBytes) {
      forget(link);
      lost.accept(link);
    }
  }

  /** Tries again what was not taken. */
  void retry() {
    Iterator<Map.Entry<Link, Waiting>> entries = clogged.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Link, Waiting> entry = entries.next();
      Waiting waiting = entry.getValue();
      while (!waiting.frames.isEmpty() && trySend(entry.getKey(), waiting.frames.peek())) {
        int bytes = waiting.frames.poll().length;
        waiting.bytes -= bytes;
        waitingBytes.addAndGet(-bytes);
      }
      if (waiting.frames.isEmpty()) {
        entries.remove();
      }
    }
  }

  void forget(Link link) {
    Waiting waiting = clogged.remove(link);
    if (waiting != null) {
      waitingBytes.addAndGet(-waiting.bytes);
    }
  }

  /** True if it is sent, or can never be because the peer is gone. */
  private boolean trySend(Link link, byte[] frame) {
    ZMQ.Socket router = routers.get(link.channel());
    try {
      return router.send(RoutingId.of(link.number()), ZMQ.SNDMORE | ZMQ.DONTWAIT)
          && router.send(frame, ZMQ.DONTWAIT);
    } catch (ZMQException e) {
      if (e.getErrorCode() == ZError.EHOSTUNREACH) {
        return true;
      }
      throw e;
    }
  }
}
