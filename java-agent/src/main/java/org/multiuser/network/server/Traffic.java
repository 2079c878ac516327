package org.multiuser.network.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.multiuser.protocol.message.Channel;

/** Counts what goes over the links. Safe for several threads, and as good as free to count in. */
public final class Traffic {
  private final Map<Channel, LongAdder> received = adders();
  private final Map<Channel, LongAdder> sent = adders();
  private final LongAdder connections = new LongAdder();
  private final LongAdder refused = new LongAdder();

  private static Map<Channel, LongAdder> adders() {
    Map<Channel, LongAdder> adders = new EnumMap<>(Channel.class);
    for (Channel channel : Channel.values()) {
      adders.put(channel, new LongAdder());
    }
    return adders;
  }

  void received(Channel channel, int bytes) {
    received.get(channel).add(bytes);
  }

  void sent(Channel channel, int bytes) {
    sent.get(channel).add(bytes);
  }

  void connected() {
    connections.increment();
  }

  void refused() {
    refused.increment();
  }

  /** What messages came in over this channel, in bytes, without what ZeroMQ and TLS add. */
  public long receivedBytes(Channel channel) {
    return received.get(channel).sum();
  }

  /** What messages went out over this channel, in bytes, without what ZeroMQ and TLS add. */
  public long sentBytes(Channel channel) {
    return sent.get(channel).sum();
  }

  /** How many connections were taken, four for each artist who joins. */
  public long connections() {
    return connections.sum();
  }

  /** How many connections were refused or ended before they spoke the protocol. */
  public long refusedConnections() {
    return refused.sum();
  }
}
