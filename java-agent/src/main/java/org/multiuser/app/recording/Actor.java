package org.multiuser.app.recording;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * Plays one user of a recording, under the identity that they had. One thread directs it; what
 * comes back is told on the seat's.
 */
final class Actor implements AutoCloseable {
  private final Seat seat;
  private final Traffic traffic;
  private final NavigableMap<Long, Traffic.Ticket> commits = new TreeMap<>();
  private final List<Ask> asks = new ArrayList<>();
  private volatile long sequence;

  /** A change of owner that was asked for: the nodes that do not have theirs yet. */
  private record Ask(Set<UUID> nodes, UUID owner, Traffic.Ticket ticket) {}

  /**
   * Takes the user's seat and connects.
   *
   * @param traffic told when anything goes on
   */
  Actor(UUID id, ConnectOptions options, ServerTrust trust, BulkCodec bulk, Traffic traffic) {
    this.traffic = traffic;
    seat = new Seat(id, options, trust, bulk, this::took);
    seat.connect();
  }

  /** Where the user sits. */
  Seat seat() {
    return seat;
  }

  /** How far the user's replica is. Any thread may call. */
  long sequence() {
    return sequence;
  }

  /** The nodes that the user's replica has. Any thread may call. */
  List<Node> nodes() {
    return seat.call(() -> List.copyOf(seat.repository().image().nodes()));
  }

  /**
   * Commits steps as they are and sends them.
   *
   * @param newStructure the token of the node's structure after it, 0 where it stays
   */
  void commit(Traffic.Ticket ticket, UUID node, long newStructure, List<Operation> steps) {
    seat.call(
        () -> {
          commits.put(seat.repository().commit(node, newStructure, steps), ticket);
          seat.client().pump();
          return null;
        });
  }

  /**
   * Asks for a change of owner.
   *
   * @param owner who owns these nodes after it, null for nobody
   */
  void own(Traffic.Ticket ticket, UUID self, List<UUID> nodes, UUID owner) {
    OwnerAction action = OwnerAction.GIVE;
    if (owner == null) {
      action = OwnerAction.RELEASE;
    } else if (owner.equals(self)) {
      action = OwnerAction.TAKE;
    }
    OwnerAction wanted = action;
    seat.call(
        () -> {
          asks.add(new Ask(new HashSet<>(nodes), owner, ticket));
          seat.client().own(wanted, nodes, wanted == OwnerAction.GIVE ? owner : null);
          return null;
        });
  }

  /** Tells where the user is. */
  void present(Value.Fields state) {
    seat.call(
        () -> {
          seat.client().presence(state, System.nanoTime());
          return null;
        });
  }

  /** Leaves the session. */
  @Override
  public void close() {
    seat.close();
  }

  // --- the seat's thread ---

  private void took(Channel channel, Message message) {
    long now = System.nanoTime();
    if (message instanceof Message.Accepted accepted) {
      Traffic.Ticket ticket = commits.get(accepted.counter());
      if (ticket != null) {
        ticket.acknowledge(now);
      }
    } else if (message instanceof Message.Refused refused) {
      end(refused.counter(), Traffic.Ticket::refuse);
    } else if (message instanceof Message.OwnEntry own) {
      end(
          own.counter(),
          ticket -> {
            ticket.acknowledge(now);
            ticket.settle(own.sequence());
          });
    } else if (message instanceof Message.CaughtUp caughtUp) {
      List.copyOf(commits.headMap(caughtUp.counter(), true).keySet())
          .forEach(counter -> end(counter, ticket -> ticket.settle(caughtUp.sequence())));
    }
    if (channel == Channel.SUBSCRIBER) {
      sequence = seat.repository().image().sequence();
      asks.removeIf(ask -> isDone(ask, now));
      traffic.stir();
    }
  }

  private void end(long counter, Consumer<Traffic.Ticket> how) {
    Traffic.Ticket ticket = commits.remove(counter);
    if (ticket != null) {
      how.accept(ticket);
    }
  }

  private boolean isDone(Ask ask, long nowNanos) {
    Function<UUID, UUID> ownerNow =
        id -> seat.repository().image().node(id).map(Node::owner).orElse(null);
    for (Iterator<UUID> left = ask.nodes.iterator(); left.hasNext(); left.remove()) {
      if (!Objects.equals(ownerNow.apply(left.next()), ask.owner)) {
        return false;
      }
    }
    ask.ticket.acknowledge(nowNanos);
    ask.ticket.settle(sequence);
    return true;
  }
}
