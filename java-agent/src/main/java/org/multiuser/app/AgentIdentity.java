package org.multiuser.app;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.multiuser.agent.Client;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Effect;
import org.multiuser.files.JoinFile;
import org.multiuser.repository.Repository;

/**
 * Whom an agent is in one join of one session, and what of it outlives the agent: an identity that
 * was left behind is taken up again, a new one is remembered, one that is over is forgotten. All
 * methods: the agent's thread.
 */
final class AgentIdentity {
  private static final String ABANDONED =
      "Blender ended here without leaving the session. Edits of then that were not sent: %d; they"
          + " are sent now.";

  private final AgentMemory memory;
  private final boolean isFirst;
  private final boolean isAbandoned;
  private final JoinFile.Join join;
  private UUID rememberedIncarnation;

  /**
   * The identity to join with: the one that an ended Blender or the last agent left behind for the
   * same place, or a new one.
   *
   * @param isFirst whether this is the agent's first join
   */
  AgentIdentity(AgentMemory memory, ConnectOptions options, boolean isFirst) {
    this.memory = memory;
    this.isFirst = isFirst;
    String where = where(options);
    Optional<JoinFile.Join> abandoned =
        isFirst ? memory.abandoned(where) : Optional.<JoinFile.Join>empty();
    isAbandoned = abandoned.isPresent();
    join =
        abandoned
            .or(() -> memory.last(where))
            .orElseGet(() -> new JoinFile.Join(where, UUID.randomUUID(), new byte[0], null));
    rememberedIncarnation = join.incarnation();
  }

  private static String where(ConnectOptions options) {
    return String.join(
        " ",
        options.host(),
        Integer.toString(options.port()),
        options.session(),
        options.userName());
  }

  /** The client's number (SPEC ID2). */
  UUID client() {
    return join.client();
  }

  /** What proves it to the server at first, empty for a new identity. */
  byte[] secret() {
    return join.secret();
  }

  /**
   * Gives this join's repository what was left behind for it.
   *
   * @return what the user should know of it
   */
  Optional<String> restore(Repository repository) {
    memory.restorePending(repository, join);
    if (!isAbandoned) {
      memory.restoreHeld(repository, join, isFirst);
    } else if (repository.pendingCount() > 0) {
      return Optional.of(ABANDONED.formatted(repository.pendingCount()));
    }
    return Optional.empty();
  }

  /** Remembers what is new of this join, and forgets it where it is over. */
  void settle(Client client, Repository repository, List<Effect> effects) {
    boolean isOver =
        client.state() instanceof ClientState.Offline
            || client.state() instanceof ClientState.Ended;
    boolean news = effects.stream().anyMatch(effect -> effect instanceof Effect.Remember);
    if (!isOver && (news || isIncarnationNew(client, repository))) {
      rememberedIncarnation = repository.incarnation();
      memory.remember(
          new JoinFile.Join(join.where(), client.id(), client.secret(), rememberedIncarnation));
    }
    if (effects.stream().anyMatch(effect -> effect instanceof Effect.Forget)) {
      memory.forget(client.id(), repository.pendingCount() > 0);
    }
  }

  /** Also where a resumed identity brought its secret along (SPEC LI7). */
  private boolean isIncarnationNew(Client client, Repository repository) {
    return client.secret().length > 0
        && !Objects.equals(rememberedIncarnation, repository.incarnation());
  }
}
