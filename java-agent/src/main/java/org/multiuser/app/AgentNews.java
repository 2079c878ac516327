package org.multiuser.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.agent.Agent;
import org.multiuser.agent.Client;
import org.multiuser.agent.Event;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Repository;

/**
 * What an agent's user has not fetched yet, and the listener who is told that there is something.
 * All methods: the agent's thread.
 */
final class AgentNews {
  private final List<Event> events = new ArrayList<>();
  private Agent.Listener listener;
  private boolean changesTold;
  private String shown = "";
  private Map<UUID, Value.Fields> shownPresences = Map.of();
  private long shownRows;

  void listen(Agent.Listener listener) {
    this.listener = listener;
  }

  void add(Event event) {
    events.add(event);
  }

  /** What the user should know since the last call; the client may be null. */
  List<Event> events(Client client) {
    collect(client);
    List<Event> all = List.copyOf(events);
    events.clear();
    return all;
  }

  /** The user takes changes: the next ones are news again. */
  void changesTaken() {
    changesTold = false;
  }

  /** Tells the listener what is new since it was last told; the client may be null. */
  void tell(Client client, Repository repository) {
    if (listener == null) {
      return;
    }
    collect(client);
    if (repository.hasChanges() && !changesTold) {
      changesTold = true;
      listener.changes();
    }
    if (!events.isEmpty()) {
      listener.events();
    }
    String state = state(client, repository);
    if (!state.equals(shown)) {
      shown = state;
      listener.state();
    }
    if (repository.rowsNumber() != shownRows) {
      shownRows = repository.rowsNumber();
      listener.rows();
    }
    Map<UUID, Value.Fields> presences = client == null ? Map.of() : client.presences();
    if (!presences.equals(shownPresences)) {
      shownPresences = presences;
      listener.presence();
    }
  }

  private void collect(Client client) {
    if (client != null) {
      events.addAll(client.events());
    }
  }

  private static String state(Client client, Repository repository) {
    return client == null
        ? ""
        : client.state()
            + "|"
            + client.users()
            + repository.pendingCount()
            + "|"
            + repository.waitingCount();
  }
}
