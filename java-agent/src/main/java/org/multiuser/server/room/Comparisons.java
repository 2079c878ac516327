package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Node;

/**
 * Compares members' replicas with the session's image (SPEC VR). Which nodes can be compared is
 * settled here; their hashes are worked out elsewhere, so that a big node holds nobody up.
 */
final class Comparisons {
  private final String session;
  private final Ledger ledger;
  private final Roster roster;
  private final Outbox out;

  Comparisons(String session, Ledger ledger, Roster roster, Outbox out) {
    this.session = session;
    this.ledger = ledger;
    this.roster = roster;
    this.out = out;
  }

  /** A member asks. */
  Optional<Refusal> asked(Participant member, Message.Verify verify) {
    if (member.comparison.running) {
      return Optional.of(
          new Refusal(ErrorCode.TOO_FAST, "Wait for the answer to the comparison before."));
    }
    List<Effect.Claim> claims = new ArrayList<>();
    for (Message.NodeHash claimed : verify.nodes()) {
      Node node = ledger.node(claimed.node());
      if (node != null && node.revision() == claimed.revision()) {
        claims.add(new Effect.Claim(node, claimed.hash()));
      }
    }
    member.comparison.running = true;
    out.add(new Effect.Compare(session, member.id, verify.request(), claims));
    return Optional.empty();
  }

  /** What came of it. */
  void compared(Event.Compared result, long nowNanos) {
    Participant member = roster.get(result.member());
    if (member == null || !member.comparison.running) {
      return;
    }
    member.comparison.add(result.compared(), result.differing().size(), nowNanos);
    if (!result.differing().isEmpty()) {
      out.warn(
          LogLine.of("replica.differs")
              .with("user", member.name)
              .with("session", session)
              .with("datablocks", result.differing().size()));
    }
    List<Message.Comparison> all = new ArrayList<>();
    for (Participant one : roster.all()) {
      all.add(one.comparison.tell(one.id, one.name, nowNanos));
    }
    out.send(
        member.link(Channel.COMMANDS),
        new Message.Verified(
            result.request(), result.compared(), result.differing(), List.copyOf(all)));
  }

  /** What came of one member's comparisons since its last log-in. */
  static final class Tally {
    private boolean running;
    private long compared;
    private long differing;
    private long lastNanos;

    private void add(int more, int moreDiffering, long nowNanos) {
      running = false;
      compared += more;
      differing += moreDiffering;
      lastNanos = nowNanos;
    }

    private Message.Comparison tell(UUID id, String name, long nowNanos) {
      long ageMillis = compared == 0 ? 0 : (nowNanos - lastNanos) / 1_000_000;
      return new Message.Comparison(id, name, compared, differing, ageMillis);
    }
  }
}
