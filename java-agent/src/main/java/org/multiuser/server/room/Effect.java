package org.multiuser.server.room;

import java.util.List;
import java.util.UUID;

/** What the server's core wants done. Effects are carried out in their order. */
public sealed interface Effect {
  /** Send this to a peer. */
  record Send(Link link, Packet packet) implements Effect {}

  /** End a link, once what was sent over it is out. */
  record Close(Link link) implements Effect {}

  /** Open the store of a session and answer with Loaded or LoadFailed. */
  record Load(String session) implements Effect {}

  /** Keep these and answer with Saved or StoreFailed; one at a time for each session. */
  record Save(String session, List<StoreChange> changes) implements Effect {
    public Save {
      changes = List.copyOf(changes);
    }
  }

  /** Read the log for a subscriber and answer with EntriesRead or StoreFailed. */
  record Read(String session, UUID incarnation, Link subscriber, long from, long maxBytes)
      implements Effect {}

  /** Close the store of a session; nothing more is kept in it. */
  record CloseStore(String session) implements Effect {}

  /** An error of the server's own for whoever runs it: what it was over, and where it arose. */
  record Fault(String line, RuntimeException cause) implements Effect {}

  /** A line for whoever runs the server; never holds a password, token or secret. */
  record Log(boolean warning, String line) implements Effect {}
}
