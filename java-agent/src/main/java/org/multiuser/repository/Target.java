package org.multiuser.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.Form;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Node;

/**
 * What the artist should see: the image that the server confirmed, with the artist's pending
 * commits rebased on it. What differs from what Blender was asked to hold is marked in the outbox.
 */
final class Target {
  /** How often an artist's version is offered again when others change the topology meanwhile. */
  private static final int MAX_OFFERS = 3;

  private final Author author;
  private final Blender blender;
  private final Outbox outbox;
  private final Map<UUID, Node> nodes = new HashMap<>();
  private final Naming naming;
  private final Catalogue catalogue;
  private final List<Notice> notices = new ArrayList<>();
  private Image image = new Image();

  /** Whether the image is complete: nothing is committed or handed to Blender before. */
  private boolean synced;

  /** Whether a snapshot came and CaughtUp did not: some pending commits may be in the image. */
  private boolean unsettled;

  Target(Author author, Blender blender, Outbox outbox, Catalogue catalogue) {
    this.catalogue = catalogue;
    this.author = author;
    this.blender = blender;
    this.outbox = outbox;
    naming = new Naming(outbox);
  }

  // --- the image ---

  /** There is no image any more: the session started anew. */
  void forgetImage() {
    image = new Image();
    synced = false;
  }

  /** The image came anew; what of the pending commits is in it is not known yet. */
  void replace(Image snapshot) {
    author.otherImage(image, snapshot);
    image = snapshot;
    unsettled = true;
  }

  /**
   * The next entry of the log.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  void apply(LogEntry entry) {
    if (entry instanceof LogEntry.Committed committed) {
      tellOfDropped(committed.commit());
    }
    image.apply(entry);
  }

  /** A buffer that came while somebody who did not know of it changed the topology (SPEC CM9). */
  private void tellOfDropped(Commit commit) {
    Node node = image.node(commit.node()).orElse(null);
    if (node == null || commit.newStructure() == 0) {
      return;
    }
    Set<String> dropped = new TreeSet<>(node.buffers().keySet());
    commit.operations().forEach(step -> dropped.remove(Offer.buffer(step)));
    if (!dropped.isEmpty()) {
      notice(
          commit.node(),
          ErrorCode.STALE_STRUCTURE,
          "The topology was changed while somebody added these, whose values went with it: "
              + String.join(", ", dropped)
              + ". Set them again.");
    }
  }

  /** The stream reached the log's end: what is pending up to this counter is settled (SU4). */
  void caughtUp(long settledCounter) {
    boolean wasSynced = synced;
    boolean wasUnsettled = unsettled;
    unsettled = false;
    synced = true;
    Set<UUID> touched = new HashSet<>(author.pending.nodes());
    if (!wasSynced || wasUnsettled) {
      image.nodes().forEach(node -> touched.add(node.id()));
      touched.addAll(nodes.keySet());
      touched.addAll(blender.asked.keySet());
    }
    for (Pending.Item item : author.pending.upTo(settledCounter)) {
      author.drop(item); // First: what is in the image already must not be applied again.
      if (wasUnsettled && image.node(item.commit.node()).isEmpty()) {
        author.isGone(item.commit);
      }
      if (!wasUnsettled || isMissing(item.commit)) {
        notice(
            item.commit.node(),
            ErrorCode.NOT_ALLOWED,
            "An edit of yours was refused while the link was down; the server's version stands.");
      }
    }
    touched.forEach(this::rebase);
  }

  /** Whether the image does not show a commit, which may be in the snapshot it came from. */
  private boolean isMissing(Commit commit) {
    Node now = image.node(commit.node()).orElse(null);
    Node after = Applier.apply(now, commit, 0);
    return now == null ? after != null : !sameContent(now, after);
  }

  Image image() {
    return image;
  }

  /** Whether there ever was a complete image of this incarnation. */
  boolean hasImage() {
    return synced;
  }

  /** Whether the image is complete and it is known what of the pending commits is in it. */
  boolean isSynced() {
    return synced && !unsettled;
  }

  // --- the nodes ---

  /** The node as the artist should see it, or null. */
  Node get(UUID id) {
    return nodes.get(id);
  }

  /** Sets or, with null, removes. */
  void put(UUID id, Node node) {
    catalogue.changed(id);
    naming.changed(nodes.get(id), node);
    Blender.put(nodes, id, node);
  }

  /** The names of the nodes. */
  Naming naming() {
    return naming;
  }

  /** All nodes as the artist should see them; live. */
  Collection<Node> nodes() {
    return nodes.values();
  }

  /** All nodes as the artist should see them, by identity; live. */
  Map<UUID, Node> byId() {
    return nodes;
  }

  /** Nothing is to be seen until nodes are rebased. */
  void forgetNodes() {
    nodes.keySet().forEach(catalogue::changed);
    nodes.clear();
    naming.forget();
  }

  // --- notices ---

  /** Something that the artist should know. */
  void notice(Notice notice) {
    notices.add(notice);
  }

  private void notice(UUID node, ErrorCode code, String text) {
    notices.add(new Notice(text, node, code, null));
  }

  /** What the artist should know since the last call. */
  List<Notice> notices() {
    List<Notice> all = List.copyOf(notices);
    notices.clear();
    return all;
  }

  // --- pending commits on the image ---

  /**
   * The server refused a commit as stale (SPEC CM8).
   *
   * @return whether it will be offered anew; else it is settled as any refused one
   */
  boolean offersAgain(Pending.Item item) {
    if (item.offers >= MAX_OFFERS) {
      return false;
    }
    item.stale = true;
    rebase(item.commit.node());
    return true;
  }

  /**
   * Whether a node stays as the artist should see it once this commit has its place in the order:
   * it was applied here, and first of several. So many that are pushed together are not applied
   * anew for each of them.
   */
  boolean staysAfter(Pending.Item item) {
    return isSynced() && !item.cannotBe && author.pending.isFirstOfMany(item);
  }

  /** Works out a node's target anew from the image and the commits pending on it. */
  void rebase(UUID id) {
    Node before = nodes.get(id);
    Node node = image.node(id).orElse(null);
    List<Pending.Item> stale = new ArrayList<>();
    for (Pending.Item item : author.pending.of(id)) {
      Optional<ErrorCode> error = Form.check(node, item.commit);
      if (error.isEmpty()) {
        node = Applier.apply(node, item.commit, 0);
        author.canBe(item);
      } else if (isSynced()) {
        if (error.get() == ErrorCode.STALE_STRUCTURE) {
          stale.add(item);
        } else if (item.stale) {
          author.drop(item);
        } else {
          author.cannotBe(item);
        }
      }
    }
    if (!stale.isEmpty()) {
      node = offer(node, before, stale);
    }
    put(id, node);
    if (before != null && isSame(before, blender.asked.get(id)) && sameContent(before, node)) {
      blender.asked.put(id, node);
    } else {
      outbox.mark(id);
    }
  }

  /**
   * Others changed the topology under the artist's commits, which the server has refused or will
   * refuse: the artist's version is offered as a whole on the topology that is now.
   *
   * @return the node with the offer on it
   */
  private Node offer(Node now, Node mine, List<Pending.Item> stale) {
    boolean waits = stale.stream().anyMatch(Pending.Item::isWaiting);
    boolean wasPushed = stale.stream().anyMatch(item -> !item.isWaiting());
    stale.forEach(author::drop);
    if (now == null) {
      return null; // The artist deleted it later on.
    }
    int offers = (waits ? 0 : 1) + stale.stream().mapToInt(item -> item.offers).max().orElse(0);
    if (mine == null || offers > MAX_OFFERS) {
      notice(
          now.id(),
          ErrorCode.STALE_STRUCTURE,
          "Another artist changed this datablock's structure; the server's version stands.");
      return now;
    }
    List<Operation> steps =
        Offer.steps(now, mine, stale.stream().map(item -> item.commit).toList());
    if (waits && wasPushed) {
      notice(
          now.id(),
          ErrorCode.STALE_STRUCTURE,
          "Another artist changed this datablock's structure: what you pushed waits together with"
              + " your later edits of it, push it again.");
    }
    Commit commit = author.commit(now, author.token(), steps, offers, waits);
    return Applier.apply(now, commit, 0);
  }

  /** Whether it is one object, which both sides share while they are in step: never compared. */
  @SuppressWarnings("ReferenceEquality")
  static boolean isSame(Node one, Node other) {
    return one == other;
  }

  static boolean sameContent(Node one, Node other) {
    return other != null
        && one.structure() == other.structure()
        && one.type().equals(other.type())
        && one.properties().equals(other.properties())
        && one.buffers().equals(other.buffers());
  }
}
