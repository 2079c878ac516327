package org.multiuser.repository;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.Form;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

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
  private final Author author;
  private final Blender blender;
  private final Catalogue catalogue;
  private final Outbox outbox;
  private final Target target;
  private final LocalEdits edits;
  private final Delivery delivery;
  private final Listing listing;
  private UUID incarnation;

  /**
   * An empty repository.
   *
   * @param author this client's identity (SPEC ID2)
   * @param tokens draws random structure tokens (SPEC CM9); 0 is drawn again
   * @param store where pending commits are kept
   */
  public Repository(UUID author, LongSupplier tokens, PendingStore store) {
    this(author, tokens, store, HeldStore.NONE);
  }

  /**
   * An empty repository that keeps what Blender holds as well.
   *
   * @param held where what Blender is known to hold is kept
   */
  public Repository(UUID author, LongSupplier tokens, PendingStore store, HeldStore held) {
    this(author, tokens, store, held, () -> 0);
  }

  /**
   * The same, that knows when others' changes came.
   *
   * @param wallMillis the time since 1970
   */
  public Repository(
      UUID author,
      LongSupplier tokens,
      PendingStore store,
      HeldStore held,
      LongSupplier wallMillis) {
    catalogue = new Catalogue(wallMillis, this::isThere);
    this.author = new Author(author, tokens, store, catalogue);
    outbox = new Outbox(catalogue);
    blender = new Blender(held, catalogue);
    target = new Target(this.author, blender, outbox, catalogue);
    this.author.isThere = this::isThere;
    listing = new Listing(this.author.pending, target, blender, outbox, catalogue);
    edits = new LocalEdits(this.author, target, blender, outbox);
    delivery = new Delivery(target, blender, outbox);
  }

  private boolean isThere(UUID id) {
    return target.get(id) != null;
  }

  /**
   * Takes over the commits that an earlier agent left behind; before anything else.
   *
   * @param incarnation the incarnation that they were made for
   */
  public void restore(UUID incarnation, Collection<Commit> commits) {
    this.incarnation = incarnation;
    author.restore(commits);
  }

  /**
   * Takes over what an earlier agent of the same Blender knew that it holds; after {@link
   * #restore(UUID, Collection)}. What Blender hands over from now on is an edit only where it
   * differs from that (BR5).
   */
  public void restoreHeld(Map<UUID, Held> held) {
    blender.resume(held);
    blender.doubtful().forEach(outbox::force);
  }

  // --- from the server ---

  /** The image as the server sent it (SPEC SN1); pending commits of another incarnation end. */
  public void snapshot(UUID incarnation, long sequence, Collection<Node> nodes) {
    foreign(incarnation);
    target.replace(new Image(sequence, nodes));
  }

  /** The session starts anew under this incarnation, with nothing in it. */
  public void foreign(UUID now) {
    if (now.equals(incarnation)) {
      return;
    }
    int pending = author.pending.size();
    if (pending > 0) {
      String text =
          pending
              + " of your edits were made for an earlier session and were not sent; a copy is kept"
              + " in the agent's folder.";
      target.notice(new Notice(text, null, ErrorCode.NOT_ACTIVE, null));
    }
    author.setAside(incarnation);
    incarnation = now;
    target.forgetImage();
  }

  /** What Blender was seen to hold so far has nothing to do with the session. */
  public void forgetScene() {
    edits.forget();
    blender.forget();
    outbox.clear();
    target.forgetNodes();
  }

  /** What Blender holds is to become the session's first content: the artist initialises it. */
  public void offerScene() {
    edits.offerAll();
    blender.forgetAsked();
    outbox.clear();
    target.forgetNodes();
  }

  /**
   * The next entry of the log, made by somebody else.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  public void entry(LogEntry entry) {
    if (entry instanceof LogEntry.Committed own
        && own.commit().author().equals(author.id)
        && author.pending.get(own.commit().counter()) != null) {
      ownEntry(entry.sequence(), own.commit().counter());
      return;
    }
    target.apply(entry);
    if (entry instanceof LogEntry.Committed committed) {
      UUID id = committed.commit().node();
      if (!committed.commit().author().equals(Commit.SERVER)) {
        delivery.changedBy(id, committed.commit().author());
        catalogue.wrote(id, committed.commit().author(), false);
      }
      author.otherWrote(committed.commit());
      target.rebase(id);
    } else if (entry instanceof LogEntry.OwnerChanged changed) {
      changed.nodes().forEach(target::rebase);
      changed.nodes().forEach(id -> catalogue.refused(id, null));
    }
  }

  /**
   * The next entry of the log is this artist's commit (SPEC LO4).
   *
   * @throws IllegalArgumentException if it is not the next one, or no such commit is pending
   */
  public void ownEntry(long sequence, long counter) {
    Pending.Item item = author.pending.get(counter);
    if (item == null || item.isWaiting()) {
      throw new IllegalArgumentException("no commit " + counter + " is on its way");
    }
    boolean stays = target.staysAfter(item);
    target.apply(new LogEntry.Committed(sequence, item.commit));
    author.settle(item);
    UUID id = item.commit.node();
    delivery.changedBy(id, author.id);
    catalogue.wrote(id, author.id, true);
    if (!stays) {
      target.rebase(id);
    }
    if (!author.pending.has(id) && Form.assumesStructure(item.commit)) {
      target.image().node(id).ifPresent(blender::share);
      keep();
    }
  }

  /** The server refused a commit (SPEC AC3): Blender is put back, or the topology offered anew. */
  public void refused(long counter, ErrorCode code, String text, UUID owner) {
    Pending.Item item = author.pending.get(counter);
    if (item == null || item.isWaiting()) {
      return;
    }
    if (code == ErrorCode.STALE_STRUCTURE && target.offersAgain(item)) {
      return;
    }
    author.drop(item);
    target.notice(new Notice(text, item.commit.node(), code, owner));
    catalogue.refused(item.commit.node(), text);
    target.rebase(item.commit.node());
  }

  /** Whether a commit of this counter may be known to a server: none that waits has one (BR18). */
  public static boolean isSendable(long counter) {
    return !ByHand.isWaiting(counter);
  }

  /**
   * The stream reached the log's end (SPEC SU4): what is pending up to this counter was refused.
   */
  public void caughtUp(long settledCounter) {
    author.atLeast(settledCounter);
    target.caughtUp(settledCounter);
    letGo(); // First: it was made before what is adopted.
    edits.adopt();
    keep();
  }

  // --- to the server ---

  /** The first commit to be sent over the present link, if there is one. */
  public Optional<Commit> unsent() {
    return Optional.ofNullable(author.pending.unsent()).map(item -> item.commit);
  }

  /** This commit is on its way to the server. */
  public void sent(long counter) {
    author.pending.sent(counter);
  }

  /**
   * Whether commits are sent as they are made, or wait for {@link #push} (BR18). What waits already
   * and need not any more is let go, as soon as there is an image.
   *
   * @param on false to have all of them wait
   * @param byHand otherwise those to nodes of these types wait
   */
  public void setAutoPush(boolean on, Set<String> byHand) {
    author.byHand.set(!on, byHand);
    letGo();
  }

  private void letGo() {
    if (target.hasImage() && author.byHand.isTold()) {
      release(item -> !author.byHand.holds(typeOf(item.commit.node())));
    }
  }

  /** The type of what may be about to be deleted; empty if nobody knows it any more. */
  private String typeOf(UUID id) {
    return target.image().node(id).or(() -> node(id)).map(Node::type).orElse("");
  }

  /**
   * Lets go what waits (BR18).
   *
   * @throws IllegalStateException if there is no image yet, without which nothing can be pushed
   */
  public void push() {
    requireImage();
    release(item -> true);
  }

  /** Lets go what waits of these nodes, and what is new and they refer to; as {@link #push()}. */
  public void push(Collection<UUID> nodes) {
    requireImage();
    Set<UUID> wanted = Set.copyOf(nodes);
    release(item -> wanted.contains(item.commit.node()));
  }

  private void requireImage() {
    if (!target.hasImage()) {
      throw new IllegalStateException("The session is not there yet: push again once it is.");
    }
  }

  private void release(Predicate<Pending.Item> which) {
    for (Pending.Item item : author.pending.waiting()) {
      boolean stillWaits = author.pending.get(item.commit.counter()) != null;
      if (stillWaits && which.test(item)) {
        author.release(item);
      }
    }
  }

  /** The link is a new one: all that is pending is to be sent again (SPEC AC4). */
  public void newLink() {
    author.pending.newLink();
  }

  /**
   * Makes a commit of steps as they are, for whoever plays what was recorded: no Blender stands
   * behind them, and nothing is compared.
   *
   * @param newStructure the token that the node's structure has after it, 0 where it stays (SPEC
   *     CM9)
   * @return its counter
   * @throws IllegalStateException if there is no image yet
   */
  public long commit(UUID id, long newStructure, List<Operation> steps) {
    requireImage();
    Node before = target.get(id);
    Node on =
        before != null ? before : new Node(id, "", null, 0, 0, Value.Fields.EMPTY, new TreeMap<>());
    Commit made = author.commit(on, newStructure, steps);
    target.put(id, Applier.apply(before, made, 0));
    outbox.mark(id);
    return made.counter();
  }

  // --- from and to Blender ---

  /**
   * Takes what Blender was seen to hold. Before the first image is complete captures are only kept;
   * they are compared with it as soon as it is.
   *
   * @throws IllegalArgumentException if one is malformed; then none was taken
   */
  public void submit(List<Capture> captures) {
    try {
      edits.submit(captures);
    } finally {
      keep();
    }
  }

  /** The next changes for Blender; see {@link org.multiuser.repository.Change.Batch}. */
  public Optional<Change.Batch> take(long maxBytes) {
    Optional<Change.Batch> batch = delivery.take(maxBytes);
    keep();
    return batch;
  }

  /** Whether {@link #take} may have something. */
  public boolean hasChanges() {
    return delivery.hasChanges();
  }

  /** Blender has applied a batch; one that is not known (any more) is ignored. */
  public void done(int batch) {
    blender.done(batch);
    edits.referAgain();
    keep();
  }

  /**
   * Before the image is complete Blender's edits are no commits yet, and must not count as held.
   */
  private void keep() {
    if (target.hasImage()) {
      blender.keep();
    }
  }

  /** Puts a node's whole state among the changes (BR15). */
  public void whole(UUID id) {
    outbox.force(id);
  }

  /**
   * Puts what Blender was asked to hold of these nodes, and was seen not to, among the changes
   * (BR26).
   */
  public void complete(Collection<UUID> ids) {
    for (UUID id : ids) {
      Node seen = blender.shadow.get(id);
      if (seen == null) {
        outbox.force(id);
      } else {
        blender.edited(id, seen);
        outbox.mark(id);
      }
    }
  }

  /** As {@link #whole}, after dropping the commits for it that were never sent. */
  public void reset(UUID id) {
    for (Pending.Item item : author.pending.of(id)) {
      if (!item.everSent) {
        author.drop(item);
      }
    }
    catalogue.refused(id, null);
    target.rebase(id);
    whole(id);
  }

  // --- to look at ---

  /** The image that the server confirmed; live. */
  public Image image() {
    return target.image();
  }

  /** The incarnation that the image belongs to, or null. */
  public UUID incarnation() {
    return incarnation;
  }

  /** Whether there ever was a complete image of this incarnation. */
  public boolean hasImage() {
    return target.hasImage();
  }

  /** Whether the image is complete and it is known what of the pending commits is in it. */
  public boolean isSynced() {
    return target.isSynced();
  }

  /** A node as the artist should see it. */
  public Optional<Node> node(UUID id) {
    return Optional.ofNullable(target.get(id));
  }

  /** All nodes as the artist should see them; live. */
  public Collection<Node> nodes() {
    return target.nodes();
  }

  /** How many commits the server has not settled. */
  public int pendingCount() {
    return author.pending.size();
  }

  /** How many of them wait to be pushed by hand. */
  public int waitingCount() {
    return author.pending.waitingCount();
  }

  /** Whether commits to a node are not settled. */
  public boolean isPending(UUID id) {
    return author.pending.has(id);
  }

  /** Rises whenever {@link #rows} would say something new. */
  public long rowsNumber() {
    return catalogue.number();
  }

  /** The rows of a list of all nodes that changed since a number, at most so many (BR32). */
  public Catalogue.Page rows(long since, int most) {
    return catalogue.since(since, most, listing::row);
  }

  /**
   * The counter of the last commit that is sent and the server has not settled, 0 if there is none.
   */
  public long lastPending() {
    return author.pending.last();
  }

  /** What the artist should know since the last call. */
  public List<Notice> notices() {
    return target.notices();
  }
}
