package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/** Collects what one step wants done, in order. */
final class Outbox {
  private final Figures figures = new Figures();
  private List<Effect> effects = new ArrayList<>();

  /** What is counted of all that goes through here. */
  Figures figures() {
    return figures;
  }

  void add(Effect effect) {
    effects.add(effect);
  }

  /** Sends to a link, or to nobody where it is null. */
  void send(Link link, Message message) {
    send(link, new Packet(message));
  }

  /** Sends to a link, or to nobody where it is null. */
  void send(Link link, Packet packet) {
    if (link != null) {
      effects.add(new Effect.Send(link, packet));
    }
  }

  /** Tells a peer why (SPEC ER1), then ends its link. */
  void end(Link link, ErrorCode code, String text) {
    if (link != null) {
      send(link, new Message.Failed(0, code, text));
      effects.add(new Effect.Close(link));
    }
  }

  void log(LogLine line) {
    effects.add(new Effect.Log(false, line.toString()));
  }

  /** Tells of an error of the server's own; never of what a peer may do wrong. */
  void fault(String line, RuntimeException cause) {
    effects.add(new Effect.Fault(line, cause));
  }

  void warn(LogLine line) {
    effects.add(new Effect.Log(true, line.toString()));
  }

  /** What has come together since the last call. */
  List<Effect> take() {
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }
}
