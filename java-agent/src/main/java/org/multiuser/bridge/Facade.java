package org.multiuser.bridge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.agent.Agent;
import org.multiuser.agent.Event;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;

/**
 * Everything that Blender can ask of the agent (BR8 to BR32): calls with numbers and short text,
 * results as numbers or JSON. Called on the gateway's connection threads; thread-safe.
 *
 * <p>Every method throws IllegalArgumentException or IllegalStateException with a sentence for the
 * user where it refuses.
 */
public final class Facade {
  private final Agent agent;
  private final SegmentPool segments;
  private final Batches batches;

  /** A facade of this agent over these segments. */
  public Facade(Agent agent, SegmentPool segments) {
    this(agent, segments, () -> {});
  }

  /**
   * A facade of this agent over these segments.
   *
   * @param eventsNew told when {@link #events} has something that is not the agent's own
   */
  public Facade(Agent agent, SegmentPool segments, Runnable eventsNew) {
    this.agent = agent;
    this.segments = segments;
    batches = new Batches(agent, segments, eventsNew);
  }

  /** A segment of at least so many bytes for Blender to fill (BR8). */
  public int allocate(long bytes) {
    return segments.allocate(bytes).id();
  }

  /** Gives a segment of {@link #allocate} back (BR8). */
  public synchronized void free(int id) {
    if (batches.hold(id)) {
      throw new IllegalArgumentException("segment " + id + " belongs to a batch");
    }
    segments.free(id);
  }

  /** Diffs and commits the captures at this place (BR12); afterwards their segments are free. */
  public void submit(int segment, long offset, long length) {
    ByteBuffer envelope = segments.get(segment).slice(offset, length);
    agent.submit(new CaptureDecoder(segments).decode(envelope));
  }

  /** The next changes for Blender (BR13): where they lie, as JSON, or empty text. */
  public synchronized String take(long maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("a batch has at least 1 byte");
    }
    return batches.take(maxBytes);
  }

  /** The batch is applied; its segment may be used again (BR14). */
  public synchronized void done(int batch) {
    batches.done(batch);
  }

  /** Joins a server; the options are JSON (BR9). */
  public void connect(String options) {
    agent.connect(BridgeJson.connectOptions(Json.parseObject(options)));
  }

  /** Leaves the server (BR9). */
  public void disconnect() {
    agent.disconnect();
  }

  /** Opens the session for initialising (BR9). */
  public void initialise(boolean empty) {
    agent.initialise(empty);
  }

  /** All of the first content was submitted (BR9). */
  public void initialiseDone() {
    agent.initialiseDone();
  }

  /** How the agent stands, as JSON (BR10). */
  public String status() {
    return Json.write(BridgeJson.status(agent.status()));
  }

  /** What happened since the last call, as JSON (BR11). */
  public synchronized String events() {
    List<Event> all = new ArrayList<>(agent.events());
    all.addAll(batches.events());
    return Json.write(all.stream().map(BridgeJson::event).toList());
  }

  /** Puts a node's full state among the changes (BR15). */
  public void whole(String node) {
    agent.whole(BridgeJson.uuid(node));
  }

  /** Puts what Blender holds less of nodes than it was asked to among the changes (BR26). */
  public void complete(String nodes) {
    agent.complete(uuids(nodes));
  }

  /** Drops the pending commits for a node, then as {@link #whole} (BR15). */
  public void reset(String node) {
    agent.reset(BridgeJson.uuid(node));
  }

  /** Takes, releases or gives nodes, named with commas between (BR16). */
  public void own(String action, String nodes, String toUser) {
    agent.own(ownerAction(action), uuids(nodes), toUser.isEmpty() ? null : BridgeJson.uuid(toUser));
  }

  private static List<UUID> uuids(String commas) {
    return Arrays.stream(commas.split(",", -1)).map(BridgeJson::uuid).toList();
  }

  /** The owned nodes and their owners, as JSON (BR16). */
  public String owners() {
    return Json.write(agent.owners());
  }

  /** Removes a user (BR16). */
  public void kick(String user, String reason, boolean ban) {
    agent.kick(BridgeJson.uuid(user), reason, ban);
  }

  /**
   * Sets what a user may do (BR16).
   *
   * @param role VIEWER, EDITOR or ADMIN
   */
  public void setRole(String user, String role) {
    agent.setRole(BridgeJson.uuid(user), Role.valueOf(role));
  }

  /** Sets this user's presence from JSON (BR17). */
  public void presence(String json) {
    agent.presence(JsonValues.fields(Json.parseObject(json)));
  }

  /** The others' presence, as JSON (BR17). */
  public String presences() {
    Map<String, Object> answer = new LinkedHashMap<>();
    agent.presences().forEach((user, it) -> answer.put(user.toString(), JsonValues.json(it)));
    return Json.write(answer);
  }

  /** Whether commits are pushed by themselves, but for those to some types (BR18). */
  public void setAutoPush(boolean on, String byHand) {
    agent.setAutoPush(on, byHand.isEmpty() ? Set.of() : Set.of(byHand.split(",", -1)));
  }

  /** Pushes the commits that wait of these nodes (BR18). */
  public void pushNodes(String nodes) {
    agent.push(uuids(nodes));
  }

  /** The rows of the list of all nodes that are new since a number, as JSON (BR32). */
  public String repository(long since, int most) {
    if (since < 0 || most < 1) {
      throw new IllegalArgumentException("Rows are asked for since a number, at least 1 of them.");
    }
    return Json.write(BridgeJson.rows(agent.rows(since, most)));
  }

  /** Pushes the commits that wait (BR18). */
  public void push() {
    agent.push();
  }

  /** For tests: drops the link for so long (BR18). */
  public void cut(int millis) {
    agent.cut(millis);
  }

  /** The nodes that the repository holds, as JSON (BR19). */
  public String nodes() {
    return Json.write(agent.nodes().stream().map(Node::id).toList());
  }

  /** A node's summary, as JSON (BR19). */
  public String node(String node) {
    return agent
        .node(BridgeJson.uuid(node))
        .map(it -> Json.write(BridgeJson.node(it)))
        .orElseThrow(() -> new IllegalArgumentException("There is no such datablock."));
  }

  /** The scene uses these files of this artist's, as JSON (BR27). */
  public void watch(String json) {
    agent.sceneFiles().watch(FilesJson.own(Json.parse(json)));
  }

  /** Others' datablocks use these files, as JSON (BR28). */
  public void want(String json) {
    agent.sceneFiles().want(FilesJson.wanted(Json.parse(json)));
  }

  /** This artist shares these folders with the others, as JSON (BR33). */
  public void shareFolders(String json) {
    agent.sceneFiles().share(FilesJson.folders(Json.parse(json)));
  }

  /** Stops the transfers of all files (BR30). */
  public void cancelFiles() {
    agent.sceneFiles().cancel();
  }

  /** Goes on with the transfers of all files (BR30). */
  public void resumeFiles() {
    agent.sceneFiles().resume();
  }

  /** Sets how many bytes of files may go out in a second (BR30). */
  public void limitUpload(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("A limit has 0 bytes or more in a second.");
    }
    agent.sceneFiles().limitUpload(bytesPerSecond);
  }

  /** What is new of the scene's files since the last call, as JSON (BR29). */
  public String files() {
    return Json.write(FilesJson.news(agent.sceneFiles().news()));
  }

  /** How far files have come, as JSON (BR31). */
  public String transfers() {
    return Json.write(FilesJson.progress(agent.sceneFiles().progress()));
  }

  private static OwnerAction ownerAction(String name) {
    for (OwnerAction action : OwnerAction.values()) {
      if (action.name().equals(name)) {
        return action;
      }
    }
    throw new IllegalArgumentException("TAKE, RELEASE or GIVE was expected, not " + name);
  }
}
