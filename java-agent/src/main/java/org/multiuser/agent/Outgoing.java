package org.multiuser.agent;

import java.util.ArrayList;
import java.util.List;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/** What a client wants done and what its user should know, until it is fetched. */
final class Outgoing {
  private final List<Effect> effects = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private long request;

  /** Wants this done after all that was wanted before. */
  void add(Effect effect) {
    effects.add(effect);
  }

  void send(Channel channel, Message message) {
    effects.add(new Effect.Send(channel, message));
  }

  /** A number for the next request on Commands; they rise from 1 (SPEC ER1). */
  long nextRequest() {
    return ++request;
  }

  void tell(Event event) {
    events.add(event);
  }

  /** Tells of something that is about no node in particular. */
  void tell(Event.Kind kind, String text) {
    events.add(Event.of(kind, text));
  }

  /** Tells why something did not go. */
  void tell(Event.Kind kind, ErrorCode code, String text) {
    events.add(new Event(kind, text, null, code, null));
  }

  /** What is to be done since the last call, in order. */
  List<Effect> drain() {
    List<Effect> all = List.copyOf(effects);
    effects.clear();
    return all;
  }

  /** What the user should know since the last call. */
  List<Event> events() {
    List<Event> all = List.copyOf(events);
    events.clear();
    return all;
  }
}
