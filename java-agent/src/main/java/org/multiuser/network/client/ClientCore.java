package org.multiuser.network.client;

import java.util.List;
import org.multiuser.agent.Effect;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

/** What a {@link ClientDriver} drives. Every method is called on the driver's thread. */
public interface ClientCore {
  /**
   * A message came in.
   *
   * @param bytes its size on the wire
   */
  void receive(Channel channel, Message message, int bytes, long nowNanos);

  /** A message of this size went out. */
  void sent(int bytes);

  /** A link was refused or lost; all are closed. */
  void linkLost(String text, long nowNanos);

  /**
   * This side did not want the server that was met; all links are closed. The user has to hear why
   * whenever it happens.
   */
  void linkRefused(String text, long nowNanos);

  /** Something that the user should know of the server that was met. */
  void told(String text);

  /** Time passes. */
  void tick(long nowNanos);

  /** How long until the next tick is due, in milliseconds, at least 1. */
  long waitMillis(long nowNanos);

  /** What is to be done, in order. */
  List<Effect> drain();
}
