package org.multiuser.server.room;

/** One link as the hall knows it, and how far it has come. */
final class Peer {
  final Link link;
  final String address;

  /** What its limits are counted for. */
  final String origin;

  final long openedNanos;
  final Pace pace;
  int messagesBeforeLogin;
  Stage stage = new Fresh();

  /**
   *
   *
   * <pre>
   * Commands:  Fresh → Greeted (Hello) → Waiting (Login; its password is compared, the session opened)
   *            → Member
   * others:    Fresh → Member (Subscribe or Bind)
   * any:       → Ended, when it is replaced or refused; what still comes is ignored
   * </pre>
   */
  sealed interface Stage {}

  record Fresh() implements Stage {}

  record Greeted() implements Stage {}

  record Waiting() implements Stage {}

  record Member(Room room, Participant participant) implements Stage {}

  record Ended() implements Stage {}

  Peer(Link link, String address, long openedNanos) {
    this.link = link;
    this.address = address;
    origin = Origin.of(address);
    this.openedNanos = openedNanos;
    pace = Pace.on(link.channel(), openedNanos);
  }
}
