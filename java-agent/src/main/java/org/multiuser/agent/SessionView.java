package org.multiuser.agent;

import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;
import org.multiuser.repository.Repository;

/** What the server last said of the session, and this client's own initialising of it (SPEC SE). */
final class SessionView {
  private final Repository repository;
  private final Outgoing out;
  private SessionState state;
  private UUID incarnation;
  private Role role;
  private boolean initialiser;

  /** Whether InitialiseDone is asked for and the session is not known to be active yet. */
  private boolean finishing;

  private long initialiseRequest;

  SessionView(Repository repository, Outgoing out) {
    this.repository = repository;
    this.out = out;
  }

  /** The server let this client in. */
  void loggedIn(Message.LoggedIn in) {
    role = in.role();
    state = in.state();
    incarnation = in.incarnation();
    initialiser &= state == SessionState.INITIALISING;
    finishing &= initialiser;
  }

  /** The session is another one, or in another state (SPEC SE2). */
  void changed(Message.StateChanged changed) {
    state = changed.state();
    incarnation = changed.incarnation();
  }

  /** Asks to bring the session into being, or to go on with it (SPEC SE3). */
  void initialise(boolean empty) {
    initialiser = !empty;
    finishing = false;
    initialiseRequest = out.nextRequest();
    if (empty) {
      repository.forgetScene();
    }
    out.send(Channel.COMMANDS, new Message.Initialise(initialiseRequest, empty));
  }

  /** A request failed; perhaps it was the one to initialise. */
  void requestFailed(long request) {
    if (request == initialiseRequest) {
      initialiser = false;
    }
  }

  /** Everything committed up to now is the session's first content (SPEC SE4). */
  void initialiseDone() {
    finishing = true;
    sendInitialiseDone();
  }

  /** Says again what may have been lost with its link. */
  void repeat() {
    if (finishing) {
      sendInitialiseDone();
    }
  }

  /** Names the last pending commit: those that are not pending are settled, or were dropped. */
  private void sendInitialiseDone() {
    long request = out.nextRequest();
    out.send(Channel.COMMANDS, new Message.InitialiseDone(request, repository.lastPending()));
  }

  /** Whether the session takes this client's commits now (SPEC SE5). */
  boolean mayCommit() {
    return state == SessionState.ACTIVE || (state == SessionState.INITIALISING && initialiser);
  }

  /** Whether pending commits may go out: they were made for this incarnation, no other (SU5). */
  boolean mayPush() {
    return mayCommit() && incarnation.equals(repository.incarnation());
  }

  /**
   * Works out what of the repository is settled and where the client stands, from what the session
   * is and how far the stream has come.
   */
  ClientState settle(Downlink stream) {
    boolean here = stream.isCaughtUp() && incarnation.equals(stream.incarnation());
    if (mayCommit() && here && stream.tellCaughtUp()) {
      if (state == SessionState.INITIALISING && !repository.hasImage()) {
        repository.offerScene();
      }
      repository.caughtUp(stream.settledCounter());
    }
    return switch (state) {
      case LOBBY -> new ClientState.Lobby();
      case INITIALISING -> new ClientState.Initialising(initialiser);
      case ACTIVE ->
          here ? new ClientState.Online() : new ClientState.Syncing(stream.done(), stream.total());
    };
  }

  /** Which session it is, or null before the log-in. */
  UUID incarnation() {
    return incarnation;
  }

  /** Who is there, and with which role: an admin may have set this user's (SPEC RI9). */
  void users(UUID self, List<User> users) {
    for (User user : users) {
      if (user.id().equals(self)) {
        role = user.role();
      }
    }
  }

  /** What this user may do, or null before the log-in. */
  Role role() {
    return role;
  }
}
