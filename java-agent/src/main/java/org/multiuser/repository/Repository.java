package org.multiuser.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.Form;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Node;

/**
 * What one artist's agent holds: the image that the server confirmed, the artist's commits on top
 * of it, and what Blender knows of both. A stepped core: not thread-safe, no I/O but the {@link
 * PendingStore} it is given.
 *
 * <p>For each node three states matter: the <em>target</em> is image and pending commits together;
 * <em>asked</em> is what Blender was told to hold; the <em>shadow</em> is what it was seen to hold.
 * Local edits are the difference between capture and shadow, changes for Blender the one between
 * asked and target; so neither side's own values ever echo.
 */
public final class Repository {
  /** How often an artist's version is offered again when others change the topology meanwhile. */
  private static final int MAX_OFFERS = 3;

  /** What a change counts in a batch besides its buffers, about. */
  private static final int TREE_BYTES = 512;

  private final UUID author;
  private final LongSupplier tokens;
  private final PendingStore store;
  private final Pending pending = new Pending();
  private final Map<UUID, Node> target = new HashMap<>();
  private final Blender blender = new Blender();
  private final Outbox outbox = new Outbox();
  private final Map<UUID, UUID> lastAuthor = new HashMap<>();
  private final Set<UUID> adopted = new HashSet<>();
  private final List<Notice> notices = new ArrayList<>();
  private Image image = new Image();
  private UUID incarnation;
  private long counter;
  private int batches;

  /** Whether the image is complete: nothing is committed or handed to Blender before. */
  private boolean synced;

  /** Whether a snapshot came and CaughtUp did not: some pending commits may be in the image. */
  private boolean unsettled;

  /**
   * An empty repository.
   *
   * @param author this client's identity (SPEC ID2)
   * @param tokens draws random structure tokens (SPEC CM9); 0 is drawn again
   * @param store where pending commits are kept
   */
  public Repository(UUID author, LongSupplier tokens, PendingStore store) {
    this.author = author;
    this.tokens = tokens;
    this.store = store;
  }

  /**
   * Takes over the commits that an earlier agent left behind; before anything else.
   *
   * @param incarnation the incarnation that they were made for
   */
  public void restore(UUID incarnation, Collection<Commit> commits) {
    this.incarnation = incarnation;
    commits.forEach(commit -> pending.add(commit, 0));
    counter = pending.last();
  }

  // --- from the server ---

  /** The image as the server sent it (SPEC SN1); pending commits of another incarnation end. */
  public void snapshot(UUID incarnation, long sequence, Collection<Node> nodes) {
    foreign(incarnation);
    image = new Image(sequence, nodes);
    unsettled = true;
  }

  /** The session starts anew under this incarnation, with nothing in it. */
  public void foreign(UUID now) {
    if (now.equals(incarnation)) {
      return;
    }
    if (pending.size() > 0) {
      notice(
          null,
          ErrorCode.NOT_ACTIVE,
          pending.size()
              + " of your edits were made for an earlier session and were not sent; a copy is kept"
              + " in the agent's folder.");
      store.setAside(incarnation);
    }
    pending.clear();
    incarnation = now;
    image = new Image();
    synced = false;
  }

  /** What Blender was seen to hold so far has nothing to do with the session. */
  public void forgetScene() {
    adopted.clear();
    blender.forgetAsked();
    blender.shadow.clear();
    outbox.clear();
    target.clear();
  }

  /** What Blender holds is to become the session's first content: the artist initialises it. */
  public void offerScene() {
    adopted.addAll(blender.shadow.keySet());
    blender.forgetAsked();
    outbox.clear();
    target.clear();
  }

  /**
   * The next entry of the log, made by somebody else.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  public void entry(LogEntry entry) {
    if (entry instanceof LogEntry.Committed own
        && own.commit().author().equals(author)
        && pending.get(own.commit().counter()) != null) {
      ownEntry(entry.sequence(), own.commit().counter());
      return;
    }
    image.apply(entry);
    if (entry instanceof LogEntry.Committed committed) {
      UUID id = committed.commit().node();
      lastAuthor.put(id, committed.commit().author());
      rebase(id);
    } else if (entry instanceof LogEntry.OwnerChanged changed) {
      changed.nodes().forEach(this::rebase);
    }
  }

  /**
   * The next entry of the log is this artist's commit (SPEC LO4).
   *
   * @throws IllegalArgumentException if it is not the next one, or no such commit is pending
   */
  public void ownEntry(long sequence, long counter) {
    Pending.Item item = pending.get(counter);
    if (item == null) {
      throw new IllegalArgumentException("no commit " + counter + " is pending");
    }
    image.apply(new LogEntry.Committed(sequence, item.commit));
    settle(item);
    UUID id = item.commit.node();
    lastAuthor.put(id, author);
    rebase(id);
    if (!pending.has(id) && Form.assumesStructure(item.commit)) {
      image.node(id).ifPresent(blender::share);
    }
  }

  /** The server refused a commit (SPEC AC3): Blender is put back, or the topology offered anew. */
  public void refused(long counter, ErrorCode code, String text, UUID owner) {
    Pending.Item item = pending.get(counter);
    if (item == null) {
      return;
    }
    if (code == ErrorCode.STALE_STRUCTURE && item.offers < MAX_OFFERS) {
      item.stale = true;
      rebase(item.commit.node());
      return;
    }
    settle(item);
    notices.add(new Notice(text, item.commit.node(), code, owner));
    rebase(item.commit.node());
  }

  /**
   * The stream reached the log's end (SPEC SU4): what is pending up to this counter was refused.
   */
  public void caughtUp(long settledCounter) {
    boolean wasSynced = synced;
    boolean wasUnsettled = unsettled;
    unsettled = false;
    synced = true;
    counter = Math.max(counter, settledCounter);
    Set<UUID> touched = new HashSet<>(pending.nodes());
    if (!wasSynced || wasUnsettled) {
      image.nodes().forEach(node -> touched.add(node.id()));
      touched.addAll(target.keySet());
      touched.addAll(blender.asked.keySet());
    }
    for (Pending.Item item : pending.upTo(settledCounter)) {
      settle(item); // First: what is in the image already must not be applied or offered again.
      if (!wasUnsettled || isMissing(item.commit)) {
        notice(
            item.commit.node(),
            ErrorCode.NOT_ALLOWED,
            "An edit of yours was refused while the link was down; the server's version stands.");
      }
    }
    touched.forEach(this::rebase);
    adopt();
  }

  /** Whether the image does not show a commit, which may be in the snapshot it came from. */
  private boolean isMissing(Commit commit) {
    Node now = image.node(commit.node()).orElse(null);
    Node after = Applier.apply(now, commit, 0);
    return now == null ? after != null : !sameContent(now, after);
  }

  // --- to the server ---

  /** The first commit to be sent over the present link, if there is one. */
  public Optional<Commit> unsent() {
    return Optional.ofNullable(pending.unsent()).map(item -> item.commit);
  }

  /** This commit is on its way to the server. */
  public void sent(long counter) {
    pending.sent(counter);
  }

  /** The link is a new one: all that is pending is to be sent again (SPEC AC4). */
  public void newLink() {
    pending.newLink();
  }

  // --- from and to Blender ---

  /**
   * Takes what Blender was seen to hold. Before the first image is complete captures are only kept;
   * they are compared with it as soon as it is.
   *
   * @throws IllegalArgumentException if one is malformed; then none was taken
   */
  public void submit(List<Capture> captures) {
    captures.forEach(CaptureDiff::check);
    for (Capture capture : captures) {
      switch (capture.kind()) {
        case BASE -> blender.readBack(capture);
        case DELETE -> deleted(capture.id());
        case FULL, PART -> edited(capture);
      }
    }
  }

  /** The next changes for Blender; see {@link org.multiuser.repository.Change.Batch}. */
  public Optional<Change.Batch> take(long maxBytes) {
    if (!hasChanges()) {
      return Optional.empty();
    }
    List<Change> changes = new ArrayList<>();
    List<UUID> handled = new ArrayList<>();
    long bytes = 0;
    for (UUID id : outbox.ordered(blender.asked, target)) {
      Optional<Change> change = change(id);
      if (change.isPresent()) {
        bytes += change.get().bytes() + TREE_BYTES;
        if (!changes.isEmpty() && bytes > maxBytes) {
          break;
        }
        changes.add(change.get());
      }
      handled.add(id);
    }
    handled.forEach(this::handled);
    if (!changes.isEmpty()) {
      batches++;
      changes.forEach(change -> blender.taken(batches, change, target.get(change.id())));
    }
    return changes.isEmpty() ? Optional.empty() : Optional.of(new Change.Batch(batches, changes));
  }

  /** Whether {@link #take} may have something. */
  public boolean hasChanges() {
    return synced && !unsettled && !outbox.isEmpty();
  }

  /** Blender has applied a batch; one that is not known (any more) is ignored. */
  public void done(int batch) {
    blender.done(batch);
  }

  /** Puts a node's whole state among the changes (BR15). */
  public void whole(UUID id) {
    outbox.force(id);
  }

  /** As {@link #whole}, after dropping the commits for it that were never sent. */
  public void reset(UUID id) {
    for (Pending.Item item : pending.of(id)) {
      if (!item.everSent) {
        settle(item);
      }
    }
    rebase(id);
    whole(id);
  }

  // --- to look at ---

  /** The image that the server confirmed; live. */
  public Image image() {
    return image;
  }

  /** The incarnation that the image belongs to, or null. */
  public UUID incarnation() {
    return incarnation;
  }

  /** Whether there ever was a complete image of this incarnation. */
  public boolean hasImage() {
    return synced;
  }

  /** Whether the image is complete and it is known what of the pending commits is in it. */
  public boolean isSynced() {
    return synced && !unsettled;
  }

  /** A node as the artist should see it. */
  public Optional<Node> node(UUID id) {
    return Optional.ofNullable(target.get(id));
  }

  /** All nodes as the artist should see them; live. */
  public Collection<Node> nodes() {
    return target.values();
  }

  /** How many commits the server has not settled. */
  public int pendingCount() {
    return pending.size();
  }

  /** The counter of the last commit made. */
  public long lastCounter() {
    return counter;
  }

  /** The counter of the last commit that the server has not settled, 0 if there is none. */
  public long lastPending() {
    return pending.last();
  }

  /** What the artist should know since the last call. */
  public List<Notice> notices() {
    List<Notice> all = List.copyOf(notices);
    notices.clear();
    return all;
  }

  // --- inside ---

  /** Blender is asked to hold the target from now on, and holds its topology if that is equal. */
  private void handled(UUID id) {
    Node wanted = target.get(id);
    Node asked = blender.asked.get(id);
    Node seen = blender.shadow.get(id);
    if (wanted != null
        && asked != null
        && seen != null
        && seen.structure() == asked.structure()
        && wanted.buffers().equals(asked.buffers())) {
      retoken(id, wanted.structure());
    }
    Blender.put(blender.asked, id, wanted);
    outbox.remove(id);
  }

  private Optional<Change> change(UUID id) {
    return Outbox.between(
        id,
        blender.asked.get(id),
        target.get(id),
        outbox.forced(id),
        blender.shadow.containsKey(id),
        lastAuthor.get(id));
  }

  private void deleted(UUID id) {
    Node before = blender.shadow.remove(id);
    adopted.remove(id);
    Node known = target.get(id);
    if (synced && known != null) {
      try {
        commit(known, 0, List.of(new Operation.Delete()));
      } catch (RuntimeException e) {
        Blender.put(blender.shadow, id, before); // Not kept: it is still to be deleted.
        throw e;
      }
    } else if (!blender.onItsWay(id)) {
      blender.asked.remove(id);
    }
  }

  private void edited(Capture capture) {
    UUID id = capture.id();
    Node known = blender.shadow.get(id);
    if (known == null) {
      known = blender.asked.containsKey(id) ? blender.asked.get(id) : target.get(id);
    }
    if (known == null) {
      if (capture.kind() != Capture.Kind.FULL) {
        return; // Gone meanwhile: a first capture is always full.
      }
      known = new Node(id, capture.type(), null, 0, 0, capture.properties(), new TreeMap<>());
    }
    CaptureDiff.Edit edit = CaptureDiff.between(known, capture);
    Node before = blender.shadow.put(id, edit.after());
    try {
      if (!synced) {
        adopted.add(id);
      } else if (target.containsKey(id)) {
        change(known, edit);
      } else if (blender.asked.containsKey(id)) {
        ofDeleted(id, edit);
      } else if (!blender.going(id)) {
        create(edit.after());
      }
    } catch (RuntimeException e) {
      Blender.put(blender.shadow, id, before); // Not kept: the next capture brings it again.
      throw e;
    }
  }

  /**
   * Others deleted the node and Blender was not told yet: there is nothing to commit, but should
   * the node come back, the change that Blender needs begins at what it holds now.
   */
  private void ofDeleted(UUID id, CaptureDiff.Edit edit) {
    List<Operation> steps = new ArrayList<>(edit.tree());
    steps.addAll(edit.buffers());
    blender.edited(id, CaptureDiff.applied(blender.asked.get(id), steps));
  }

  private void create(Node node) {
    List<Operation> steps = new ArrayList<>();
    steps.add(new Operation.Create(node.type(), node.properties()));
    node.buffers().forEach((name, buffer) -> steps.add(new Operation.ReplaceBuffer(name, buffer)));
    Node nothing = new Node(node.id(), node.type(), null, 0, 0, node.properties(), new TreeMap<>());
    commit(nothing, node.buffers().isEmpty() ? 0 : token(), steps);
  }

  private void change(Node known, CaptureDiff.Edit edit) {
    if (edit.isEmpty()) {
      return;
    }
    Node now = target.get(known.id());
    boolean otherTopology =
        !edit.buffers().isEmpty() && blender.shadow.get(known.id()).structure() != now.structure();
    List<Operation> steps = new ArrayList<>(edit.tree());
    if (otherTopology) {
      steps.addAll(CaptureDiff.allBuffers(now, edit.after()));
    } else {
      steps.addAll(edit.buffers());
    }
    commit(now, edit.structural() || otherTopology ? token() : 0, steps);
  }

  /** Makes a commit of this artist on what the target is now. */
  private void commit(Node on, long newStructure, List<Operation> steps) {
    UUID id = on.id();
    Commit commit = new Commit(author, ++counter, id, on.structure(), newStructure, steps);
    store.append(commit);
    pending.add(commit, 0);
    if (newStructure != 0) {
      retoken(id, newStructure);
    }
    Node before = target.get(id);
    Node asked = blender.asked.get(id);
    Node after = Applier.apply(before, commit, 0);
    boolean inStep = isSame(before, asked) && !blender.onItsWay(id);
    blender.edited(id, inStep ? after : Applier.apply(asked, commit, 0));
    Blender.put(target, id, after);
    if (!inStep) {
      outbox.mark(id);
    }
  }

  private void retoken(UUID id, long structure) {
    Node seen = blender.shadow.get(id);
    if (seen != null) {
      blender.shadow.put(
          id,
          new Node(
              id,
              seen.type(),
              seen.owner(),
              seen.revision(),
              structure,
              seen.properties(),
              seen.buffers()));
    }
  }

  private long token() {
    long token;
    do {
      token = tokens.getAsLong();
    } while (token == 0);
    return token;
  }

  private void settle(Pending.Item item) {
    pending.remove(item.commit.counter());
    store.settle(item.commit.counter());
  }

  private void notice(UUID node, ErrorCode code, String text) {
    notices.add(new Notice(text, node, code, null));
  }

  /** Works out a node's target anew from the image and the commits pending on it. */
  private void rebase(UUID id) {
    Node before = target.get(id);
    Node node = image.node(id).orElse(null);
    List<Pending.Item> stale = new ArrayList<>();
    for (Pending.Item item : pending.of(id)) {
      Optional<ErrorCode> error = Form.check(node, item.commit);
      if (error.isEmpty()) {
        node = Applier.apply(node, item.commit, 0);
      } else if (!unsettled && synced) {
        if (error.get() == ErrorCode.STALE_STRUCTURE) {
          stale.add(item);
        } else if (item.stale) {
          settle(item);
        }
      }
    }
    if (!stale.isEmpty()) {
      node = offer(node, before, stale);
    }
    Blender.put(target, id, node);
    if (before != null && isSame(before, blender.asked.get(id)) && sameContent(before, node)) {
      blender.asked.put(id, node);
    } else {
      outbox.mark(id);
    }
  }

  /** Whether it is one object, which both sides share while they are in step: never compared. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Node one, Node other) {
    return one == other;
  }

  private static boolean sameContent(Node one, Node other) {
    return other != null
        && one.structure() == other.structure()
        && one.type().equals(other.type())
        && one.properties().equals(other.properties())
        && one.buffers().equals(other.buffers());
  }

  /**
   * Others changed the topology under the artist's commits, which the server has refused or will
   * refuse: the artist's version is offered as a whole on the topology that is now.
   *
   * @return the node with the offer on it
   */
  private Node offer(Node now, Node mine, List<Pending.Item> stale) {
    stale.forEach(this::settle);
    if (now == null) {
      return null; // The artist deleted it later on.
    }
    int offers = 1 + stale.stream().mapToInt(item -> item.offers).max().orElse(0);
    if (mine == null || offers > MAX_OFFERS) {
      notice(
          now.id(),
          ErrorCode.STALE_STRUCTURE,
          "Another artist changed this datablock's structure; the server's version stands.");
      return now;
    }
    List<Operation> steps =
        Offer.steps(now, mine, stale.stream().map(item -> item.commit).toList());
    Commit commit = new Commit(author, ++counter, now.id(), now.structure(), token(), steps);
    store.append(commit);
    pending.add(commit, offers);
    return Applier.apply(now, commit, 0);
  }

  /** Compares what Blender handed over before the image was complete with the image. */
  private void adopt() {
    for (UUID id : List.copyOf(adopted)) {
      Node seen = blender.shadow.get(id);
      Node now = target.get(id);
      if (now == null) {
        create(seen);
        continue;
      }
      List<Operation> steps = Offer.difference(now, seen);
      blender.asked.put(id, now);
      long structure = steps.stream().anyMatch(Offer::onBuffer) ? token() : 0;
      if (structure == 0) {
        retoken(id, now.structure());
      }
      if (!steps.isEmpty()) {
        commit(now, structure, steps);
      }
    }
    adopted.clear();
  }
}
