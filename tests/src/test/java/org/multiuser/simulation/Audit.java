package org.multiuser.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.agent.ClientState;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Form;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.server.room.StoreChange;
import org.multiuser.simulation.Tally.Happening;

/** What must hold when all has become quiet. */
final class Audit {
  private static final CommitCodec COMMITS = new CommitCodec(BulkCodec.raw());
  private static final NodeCodec NODES = new NodeCodec(BulkCodec.raw());

  private final World world;
  private final List<SimClient> artists;
  private final List<SimClient> everybody;
  private final Map<UUID, SimClient> authors = new HashMap<>();
  private final List<LogEntry> log = new ArrayList<>();
  private final Map<UUID, Set<Long>> counters = new HashMap<>();

  /**
   * Of all artists.
   *
   * @param artists who is in the session; the last one joined just now: it holds what the server
   *     sent
   * @param former who left it
   */
  Audit(World world, List<SimClient> artists, List<SimClient> former) {
    this.world = world;
    this.artists = artists;
    everybody = new ArrayList<>(artists);
    everybody.addAll(former);
    everybody.forEach(artist -> authors.put(artist.id(), artist));
    log.addAll(world.entries());
  }

  void check() {
    checkLog();
    checkReplicas();
    checkBlenders();
    countWhatMet();
  }

  /** No commit twice, counters rise, what was acknowledged is there, bytes are the author's. */
  private void checkLog() {
    Map<UUID, Long> last = new HashMap<>();
    long sequence = 0;
    for (StoreChange.Entry kept : world.log()) {
      assertEquals(++sequence, kept.sequence(), "[LO1] numbers without gap");
      if (log.get((int) sequence - 1) instanceof LogEntry.Committed line) {
        Commit commit = line.commit();
        if (commit.author().equals(Commit.SERVER)) {
          checkRename(line);
          continue;
        }
        long before = last.getOrDefault(commit.author(), 0L);
        assertTrue(commit.counter() > before, "[CM3] counters of an author rise: " + line);
        last.put(commit.author(), commit.counter());
        counters.computeIfAbsent(commit.author(), id -> new HashSet<>()).add(commit.counter());
        assertTrue(isOwn(commit), "[LO2] a commit that its author never made: " + line);
      }
    }
    for (SimClient artist : everybody) {
      Set<Long> lost = new HashSet<>(artist.disk().accepted);
      lost.removeAll(counters.getOrDefault(artist.id(), Set.of()));
      assertEquals(Set.of(), lost, "[AC1] acknowledged commits that are not in the log");
    }
  }

  /** The server's own commits give names and nothing else. */
  private static void checkRename(LogEntry.Committed line) {
    assertEquals(line.sequence(), line.commit().counter(), "[NA2] the counter is the number");
    assertEquals(List.of(Names.PATH), Touched.paths(line.commit()), "[NA2] a name alone");
  }

  private boolean isOwn(Commit commit) {
    byte[] bytes = COMMITS.encode(commit);
    return authors
        .get(commit.author())
        .disk()
        .commits
        .getOrDefault(commit.counter(), List.of())
        .stream()
        .anyMatch(made -> Arrays.equals(bytes, COMMITS.encode(made.commit())));
  }

  /** All hold the same bytes: the log replayed, the server, every artist. */
  private void checkReplicas() {
    Image replayed = new Image();
    for (LogEntry entry : log) {
      if (entry instanceof LogEntry.Committed line) {
        checkAllowed(replayed.node(line.commit().node()).orElse(null), line.commit());
      }
      replayed.apply(entry);
    }
    Map<UUID, Node> expected = byId(replayed.nodes());
    checkOwners(expected);
    Set<String> names = new HashSet<>();
    expected.values().forEach(node -> assertTrue(names.add(Names.of(node).orElseThrow()), "[NA2]"));
    for (SimClient artist : artists) {
      assertInstanceOf(ClientState.Online.class, artist.client().state());
      assertEquals(0, artist.repository().pendingCount(), "[AC2] pending commits");
      assertEquals(replayed.sequence(), artist.repository().image().sequence(), "[LO1] sequence");
      Map<UUID, Node> held = byId(artist.repository().image().nodes());
      assertEquals(expected.keySet(), held.keySet(), "[LO1] nodes in an image");
      for (Node node : held.values()) {
        Node wanted = expected.get(node.id());
        assertArrayEquals(ContentHash.of(wanted), ContentHash.of(node), "[NO5] content hash");
        assertArrayEquals(NODES.encode(wanted), NODES.encode(node), "[LO1] encoded node");
      }
    }
  }

  /** Whoever owns something is there. */
  private void checkOwners(Map<UUID, Node> nodes) {
    Set<UUID> owners = new HashSet<>();
    nodes.values().forEach(node -> owners.add(node.owner()));
    owners.remove(null);
    artists.forEach(artist -> owners.remove(artist.id()));
    assertEquals(Set.of(), owners, "[RI7] owners who are gone");
  }

  /** A commit in the log fits the node as it was, and its author might change it. */
  private void checkAllowed(Node node, Commit commit) {
    assertEquals(Optional.empty(), Form.check(node, commit), "[CM6] [CM8] a commit that fits");
    UUID owner = node == null ? null : node.owner();
    boolean deletes = commit.operations().get(0) instanceof Operation.Delete;
    boolean byAdmin = commit.author().equals(artists.get(0).id());
    assertTrue(
        owner == null
            || owner.equals(commit.author())
            || commit.author().equals(Commit.SERVER)
            || (byAdmin && deletes),
        () -> "[RI3] a commit to another's node: " + commit);
  }

  /** What each Blender shows is the image, as far as Blender takes it. */
  private void checkBlenders() {
    for (SimClient artist : artists) {
      assertTrue(artist.addOn().isQuiet(), "an add-on has work left");
      Map<UUID, Node> image = byId(artist.repository().image().nodes());
      EchoBlender blender = artist.addOn().blender();
      assertEquals(image.keySet(), blender.ids(), "nodes in Blender");
      for (Node node : image.values()) {
        assertTrue(
            blender.shows(node), () -> "Blender shows " + blender.get(node.id()) + " for " + node);
      }
    }
  }

  private static Map<UUID, Node> byId(Iterable<Node> nodes) {
    Map<UUID, Node> byId = new TreeMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    return byId;
  }

  // --- what the log shows to have happened ---

  private void countWhatMet() {
    for (LogEntry entry : log) {
      if (entry instanceof LogEntry.OwnerChanged changed) {
        countOwner(changed);
      } else if (entry instanceof LogEntry.Committed line
          && line.commit().author().equals(Commit.SERVER)) {
        world.tally.count(Happening.RENAMED_BY_SERVER);
      } else if (entry instanceof LogEntry.Committed line) {
        countMeetings(line);
      }
    }
  }

  private void countOwner(LogEntry.OwnerChanged changed) {
    if (changed.author() == null) {
      world.tally.count(Happening.RELEASED_BY_SERVER);
    } else if (changed.owner() == null) {
      world.tally.count(Happening.RELEASED);
    } else {
      boolean taken = changed.author().equals(changed.owner());
      world.tally.count(taken ? Happening.TAKEN : Happening.GIVEN);
    }
  }

  /** Commits of others to the same node that this one's author did not know. */
  private void countMeetings(LogEntry.Committed line) {
    Commit commit = line.commit();
    List<SimDisk.Made> made = authors.get(commit.author()).disk().commits.get(commit.counter());
    long known = made.get(made.size() - 1).known();
    for (long at = known; at < line.sequence() - 1; at++) {
      if (log.get((int) at) instanceof LogEntry.Committed other
          && other.commit().node().equals(commit.node())
          && !other.commit().author().equals(commit.author())) {
        if (isPatch(commit) && isPatch(other.commit())) {
          world.tally.count(Happening.PATCHED_AT_ONCE);
        }
        if (keysApart(commit, other.commit())) {
          world.tally.count(Happening.KEYS_SET_AT_ONCE);
        }
      }
    }
  }

  private static boolean isPatch(Commit commit) {
    return commit.newStructure() == 0
        && commit.operations().stream().anyMatch(step -> step instanceof Operation.PatchBuffer);
  }

  private static boolean keysApart(Commit one, Commit other) {
    Set<String> keys = keys(one);
    Set<String> others = keys(other);
    return !keys.isEmpty() && !others.isEmpty() && keys.stream().noneMatch(others::contains);
  }

  private static Set<String> keys(Commit commit) {
    Set<String> keys = new HashSet<>();
    for (Operation step : commit.operations()) {
      if (step instanceof Operation.Set set) {
        addKey(set.path(), keys);
      } else if (step instanceof Operation.Remove remove) {
        addKey(remove.path(), keys);
      }
    }
    return keys;
  }

  private static void addKey(Path path, Set<String> keys) {
    if (path.keys().size() > 1) {
      keys.add(path.keys().get(1));
    }
  }
}
