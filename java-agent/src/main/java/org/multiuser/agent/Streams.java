package org.multiuser.agent;

import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.repository.Notice;
import org.multiuser.repository.Repository;

/** What flows between repository and server: entries down, commits up, over the present links. */
final class Streams {
  private static final int MAX_OWNER_EVENTS = 64;
  private static final UUID NOTHING = new UUID(0, 0);

  private final Repository repository;
  private final Outgoing out;
  private final Uplink uplink;
  private final Downlink downlink;
  private boolean snapshotWanted;

  Streams(Repository repository, BulkCodec bulk, Outgoing out) {
    this.repository = repository;
    this.out = out;
    CommitCodec commits = new CommitCodec(bulk);
    uplink = new Uplink(repository, commits);
    downlink =
        new Downlink(repository, new NodeCodec(bulk), new LogEntryCodec(commits), this::seen);
  }

  /** The links are new ones: the stream goes on by number, pending commits go out again (SU1). */
  void restart(byte[] token) {
    downlink.restart();
    uplink.restart();
    boolean fresh = snapshotWanted || repository.incarnation() == null;
    out.send(
        Channel.SUBSCRIBER,
        new Message.Subscribe(
            token,
            fresh ? NOTHING : repository.incarnation(),
            fresh ? 0 : repository.image().sequence(),
            Downlink.WINDOW_BYTES));
    snapshotWanted = false;
    out.send(Channel.PUBLISHER, new Message.Bind(token));
  }

  /** What came cannot be relied on: over the next links everything comes anew. */
  void wantSnapshot() {
    snapshotWanted = true;
  }

  /** How far the stream down has come. */
  Downlink downlink() {
    return downlink;
  }

  /**
   * The next message of the stream down.
   *
   * @throws ProtocolException if it breaks the rules or its order
   */
  void subscriber(Message message) {
    grant(downlink.receive(message));
  }

  /** Something else that came down over the same link was taken, and spent credit (SPEC FT). */
  void repay(int bytes) {
    grant(downlink.owe(bytes));
  }

  private void grant(long bytes) {
    if (bytes > 0) {
      out.send(Channel.SUBSCRIBER, new Message.Grant(bytes));
    }
  }

  /** Whether a commit is on its way up, or waits for credit. */
  boolean isPushing() {
    return uplink.isPushing();
  }

  /**
   * An answer to the stream up.
   *
   * @throws ProtocolException if it is none
   */
  void publisher(Message message) {
    if (message instanceof Message.Grant grant) {
      uplink.grant(grant.bytes());
    } else if (message instanceof Message.Refused refused) {
      repository.refused(refused.counter(), refused.code(), refused.text(), refused.owner());
    } else if (!(message instanceof Message.Accepted)) {
      throw new ProtocolException(ErrorCode.BAD_MESSAGE, "unexpected message on Publisher");
    }
  }

  /** Sends what may be sent over links that take commits. */
  void push() {
    if (repository.isSynced()) {
      uplink.pump(message -> out.send(Channel.PUBLISHER, message));
    }
  }

  /** Tells what came of this artist's edits. */
  void tellNotices() {
    for (Notice notice : repository.notices()) {
      Event.Kind kind = notice.code() == null ? Event.Kind.INFO : Event.Kind.REFUSED;
      out.tell(new Event(kind, notice.text(), notice.node(), notice.code(), notice.owner()));
    }
  }

  private void seen(LogEntry entry) {
    if (entry instanceof LogEntry.OwnerChanged changed) {
      String text = changed.owner() == null ? "is free again" : "has an owner";
      List<UUID> nodes = changed.nodes();
      for (UUID node : nodes.subList(0, Math.min(nodes.size(), MAX_OWNER_EVENTS))) {
        out.tell(
            new Event(Event.Kind.OWNER, "A datablock " + text + ".", node, null, changed.owner()));
      }
    }
  }
}
