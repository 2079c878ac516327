package org.multiuser.agent;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Catalogue;
import org.multiuser.repository.Change;

/**
 * A running agent as its user sees it: Blender through the bridge, or a script. Every method may be
 * called from any thread; each is carried out on the agent's own thread and returns when it has
 * been (that is: at once, never waiting for the network). All throw IllegalStateException once the
 * agent is closed.
 */
public interface Agent extends AutoCloseable {

  /** Told, on the agent's thread, that something is new. Must return at once and not call back. */
  interface Listener {
    /** {@link #take} has something new. */
    void changes();

    /** {@link #events} has something new. */
    void events();

    /** {@link #status} would say something else. */
    void state();

    /** {@link #presences} has something newer. */
    void presence();

    /** {@link #rows} has something new. */
    void rows();

    /** {@link #sceneFiles} has something new; told on any thread. */
    void files();
  }

  /** Sets who is told of news; there is one at most. */
  void listen(Listener listener);

  /**
   * Starts to connect; how it goes shows in the status. If the last session was the same one (host,
   * port, session, name) and left commits behind, they are resumed under the same identity;
   * otherwise the repository starts empty. Ends what was connected before.
   */
  void connect(ConnectOptions options);

  /**
   * Leaves the session for good (SPEC SE7); the repository stays readable until the next connect.
   */
  void disconnect();

  /**
   * Asks, as admin, to bring the session into being: empty, or from this client's scene, which is
   * then submitted and closed by {@link #initialiseDone}.
   */
  void initialise(boolean empty);

  /** Everything submitted up to now is the session's first content (SPEC SE4). */
  void initialiseDone();

  /** Where the agent stands. */
  Status status();

  /** What the user should know since the last call. */
  List<Event> events();

  /**
   * Takes what Blender was seen to hold, in order; when it returns everything is diffed and kept as
   * pending, and the captures' byte buffers may be used again.
   *
   * @throws IllegalArgumentException if one of them is malformed; then none was taken
   */
  void submit(List<Capture> captures);

  /**
   * The next changes for Blender, or empty if there are none. Each node stands in it once at most.
   *
   * @param maxBytes the most buffer bytes together, unless the first change alone has more
   */
  Optional<Change.Batch> take(long maxBytes);

  /** Blender has applied this batch; its buffers count as held exactly (BR21). */
  void done(int batch);

  /** Puts a node's whole state among the changes (BR15). */
  void whole(UUID node);

  /**
   * Puts what Blender was asked to hold of these nodes, and was seen not to, among the changes
   * (BR26).
   */
  void complete(Collection<UUID> nodes);

  /** As {@link #whole}, after dropping this artist's commits for it that were not sent yet. */
  void reset(UUID node);

  /**
   * Asks for a change of owner (SPEC RI5).
   *
   * @param to whom to give, or null unless the action is GIVE
   */
  void own(OwnerAction action, Collection<UUID> nodes, UUID to);

  /** The owners of the owned nodes. */
  Map<UUID, UUID> owners();

  /** Asks, as admin, to remove a user, with {@code ban} for good. */
  void kick(UUID user, String reason, boolean ban);

  /** Asks, as admin, to set what a user may do (SPEC RI9). */
  void setRole(UUID user, Role role);

  /** Sets where this user is; sent at most 20 times a second, the newest counts (SPEC PR1). */
  void presence(Value.Fields state);

  /** Where the others are. */
  Map<UUID, Value.Fields> presences();

  /**
   * Whether commits are pushed as they are made (the default) or wait for {@link #push}.
   *
   * @param on false to have all of them wait
   * @param byHand otherwise those to nodes of these types wait
   */
  void setAutoPush(boolean on, Set<String> byHand);

  /** Pushes what waits. */
  void push();

  /** Pushes what waits of these nodes, and what is new and they refer to. */
  void push(Collection<UUID> nodes);

  /** The rows of a list of all nodes that changed since a number, at most so many (BR32). */
  Catalogue.Page rows(long since, int most);

  /** For tests: drops the links at once and keeps them down for so long. */
  void cut(int millis);

  /** All nodes as this user should see them: the image with the pending commits on it. */
  List<Node> nodes();

  /** One of them. */
  Optional<Node> node(UUID id);

  /** The files that this user's scene refers to. */
  SceneFiles sceneFiles();

  /** Ends the agent: its links are closed without leaving the session, pending commits are kept. */
  @Override
  void close();
}
