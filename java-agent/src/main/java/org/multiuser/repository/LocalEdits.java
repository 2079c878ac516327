package org.multiuser.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Node;

/** Turns what Blender was seen to hold into commits: the difference to the shadow is an edit. */
final class LocalEdits {
  private final Author author;
  private final Target target;
  private final Blender blender;
  private final Outbox outbox;

  /**
   * What Blender handed over before the image was complete, and is still to be compared with it.
   *
   * @param base what an earlier agent knew that Blender held, or null
   * @param structural whether the topology changed since
   * @param rewound whether undo or redo took part in it
   */
  private record Early(Node base, boolean structural, boolean rewound) {}

  private final Map<UUID, Early> adopted = new HashMap<>();

  LocalEdits(Author author, Target target, Blender blender, Outbox outbox) {
    this.author = author;
    this.target = target;
    this.blender = blender;
    this.outbox = outbox;
  }

  /**
   * Takes what Blender was seen to hold, in order.
   *
   * @throws IllegalArgumentException if one is malformed; then none was taken
   */
  void submit(List<Capture> captures) {
    captures.forEach(CaptureDiff::check);
    Set<UUID> comesBack = comesBack(captures);
    for (Capture capture : captures) {
      switch (capture.kind()) {
        case BASE -> blender.readBack(capture);
        case CONSEQUENCE -> blender.consequence(capture);
        case DISPLACED -> displaced(capture);
        case DELETE -> {
          if (capture.rewound() && (!target.hasImage() || comesBack.contains(capture.id()))) {
            adopted.remove(capture.id());
            blender.lost(capture.id());
            outbox.mark(capture.id());
          } else {
            deleted(capture.id());
          }
        }
        case FULL, PART -> edited(capture);
      }
    }
    referAgain();
  }

  /** Blender has anew what it was asked to delete before: what referred to it is to do so again. */
  void referAgain() {
    blender.bereft().forEach(outbox::mark);
  }

  /** Of what undo took away, what others' work is or stands on: undo must not take it (BR23). */
  private Set<UUID> comesBack(List<Capture> captures) {
    Set<UUID> gone = new HashSet<>();
    for (Capture capture : captures) {
      if (capture.kind() == Capture.Kind.DELETE && capture.rewound()) {
        gone.add(capture.id());
      }
    }
    return Ground.of(gone, target.byId(), blender.shadow::containsKey, author.writers);
  }

  /** To give its name to another datablock, Blender shows this one under another (BR24). */
  private void displaced(Capture capture) {
    UUID id = capture.id();
    String had = capture.nameBefore().orElseThrow();
    String has = capture.nameNow().orElseThrow();
    if (blender.displaced(id, had, has) && target.get(id) != null) {
      target.naming().displaced(target.get(id));
    }
  }

  /** Nothing that was handed over before the image is to be compared with it. */
  void forget() {
    adopted.clear();
  }

  /** All that Blender holds is to be compared with the image as soon as it is complete. */
  void offerAll() {
    blender.shadow.keySet().forEach(id -> adopted.put(id, new Early(null, false, false)));
  }

  /** Compares what Blender handed over before the image was complete with the image. */
  void adopt() {
    new HashMap<>(adopted).forEach(this::adopt);
    adopted.clear();
  }

  private void adopt(UUID id, Early early) {
    Node seen = blender.shadow.get(id);
    Node now = target.get(id);
    if (seen == null) {
      if (now != null) {
        commit(now, 0, List.of(new Operation.Delete()));
      }
    } else if (early.base != null) {
      resume(early, seen);
    } else if (now == null) {
      create(seen, early.rewound);
    } else if (early.rewound) {
      blender.asked.put(id, seen); // Nobody knows who wrote what: the session's version stands.
      outbox.mark(id);
    } else {
      compare(now, seen);
    }
  }

  /** Nothing is known but what Blender holds: all that the image has otherwise is an edit. */
  private void compare(Node now, Node seen) {
    List<Operation> steps = Offer.difference(now, seen);
    blender.asked.put(now.id(), now);
    long structure = steps.stream().anyMatch(Offer::onBuffer) ? author.token() : 0;
    if (structure == 0) {
      blender.retoken(now.id(), now.structure());
    }
    if (!steps.isEmpty()) {
      commit(now, structure, steps);
    }
  }

  /** An earlier agent knew what Blender held: what it holds otherwise now is an edit, no more. */
  private void resume(Early early, Node seen) {
    UUID id = seen.id();
    if (target.get(id) == null) {
      blender.asked.put(id, seen);
      author.writers.othersDeleted(id);
      outbox.mark(id);
      return;
    }
    blender.asked.put(id, early.base);
    CaptureDiff.Edit edit = Resumed.edit(early.base, seen, early.structural);
    if (early.rewound) {
      rewound(early.base, edit);
    } else {
      change(early.base, edit, true);
    }
    blender.share(target.get(id));
  }

  private void deleted(UUID id) {
    Node before = blender.shadow.get(id);
    blender.see(id, null);
    Node known = target.get(id);
    if (!target.hasImage()) {
      adopted.putIfAbsent(id, new Early(before, false, false));
    }
    if (target.hasImage() && known != null) {
      try {
        commit(known, 0, List.of(new Operation.Delete()));
      } catch (RuntimeException e) {
        blender.see(id, before); // Not kept: it is still to be deleted.
        throw e;
      }
    } else {
      blender.lost(id);
    }
  }

  private void edited(Capture capture) {
    UUID id = capture.id();
    boolean resumed = capture.kind() == Capture.Kind.FULL && blender.settle(capture);
    Node before = blender.shadow.get(id);
    Node known = before;
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
    List<Operation> dropped = blender.dropped(known, edit.tree());
    blender.see(id, edit.after());
    if (before == null) {
      blender.isBack(id);
    }
    try {
      if (!target.hasImage()) {
        early(id, before, edit.structural(), capture.rewound());
      } else if (target.get(id) != null) {
        if (capture.rewound()) {
          rewound(known, edit.without(dropped));
        } else {
          change(known, edit.without(dropped), resumed);
        }
        if (!dropped.isEmpty()) {
          blender.madeOfItself(id, dropped);
          outbox.mark(id);
        }
        blender.holds(id);
        if (resumed) {
          blender.share(target.get(id));
        }
      } else if (blender.asked.containsKey(id)) {
        ofDeleted(id, edit);
      } else if (capture.rewound() && author.writers.deletedByOthers(id)) {
        // Undo brought back what others deleted: it goes again, unless it is about to go anyway.
        blender.edited(id, edit.after());
        outbox.mark(id);
      } else if (!blender.going(id)) {
        create(edit.after(), capture.rewound());
      }
    } catch (RuntimeException e) {
      blender.see(id, before); // Not kept: the next capture brings it again.
      throw e;
    }
  }

  private void early(UUID id, Node before, boolean structural, boolean rewound) {
    Early first = adopted.getOrDefault(id, new Early(before, false, false));
    adopted.put(
        id, new Early(first.base, first.structural || structural, first.rewound || rewound));
  }

  /**
   * Others deleted the node and Blender was not told, or it was not known that Blender has it:
   * there is nothing to commit, but should the node come back, the change that Blender needs begins
   * at what it holds now.
   */
  private void ofDeleted(UUID id, CaptureDiff.Edit edit) {
    List<Operation> steps = new ArrayList<>(edit.tree());
    steps.addAll(edit.buffers());
    blender.edited(id, CaptureDiff.applied(blender.asked.get(id), steps));
    outbox.mark(id);
  }

  private void create(Node node, boolean rewound) {
    List<Operation> steps = new ArrayList<>();
    steps.add(new Operation.Create(node.type(), node.properties()));
    node.buffers().forEach((name, buffer) -> steps.add(new Operation.ReplaceBuffer(name, buffer)));
    Node nothing = new Node(node.id(), node.type(), null, 0, 0, node.properties(), new TreeMap<>());
    makeWay(nothing, steps, rewound);
    commit(nothing, node.buffers().isEmpty() ? 0 : author.token(), steps);
  }

  /**
   * Commits an edit.
   *
   * @param resumed whether what was known is an earlier agent's knowledge, which may lag behind: an
   *     edit that says what everybody holds already is none
   */
  private void change(Node known, CaptureDiff.Edit edit, boolean resumed) {
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
    Node asked = blender.asked.get(known.id());
    if (resumed && asked != null && Target.sameContent(now, CaptureDiff.applied(now, steps))) {
      blender.edited(known.id(), CaptureDiff.applied(asked, steps));
      outbox.mark(known.id());
      return;
    }
    makeWay(now, steps, false);
    commit(now, edit.structural() || otherTopology ? author.token() : 0, steps);
  }

  /** Commits what of an undo this artist wrote last; the rest is to be put back (BR23). */
  private void rewound(Node known, CaptureDiff.Edit edit) {
    UUID id = known.id();
    Node now = target.get(id);
    boolean otherTopology = !edit.buffers().isEmpty() && known.structure() != now.structure();
    Rewind parted = Rewind.of(known, now, edit, otherTopology, author.writers);
    if (!parted.mine().isEmpty()) {
      boolean structural =
          (edit.structural() || otherTopology) && parted.mine().stream().anyMatch(Offer::onBuffer);
      List<Operation> steps = new ArrayList<>(parted.mine());
      if (structural && otherTopology) {
        steps.removeIf(Offer::onBuffer);
        steps.addAll(CaptureDiff.allBuffers(now, edit.after()));
      }
      makeWay(now, steps, true);
      commit(now, structural ? author.token() : 0, steps);
    }
    if (!parted.theirs().isEmpty()) {
      blender.edited(id, without(parted, edit, otherTopology));
      outbox.mark(id);
    }
  }

  /** What Blender was asked to hold, with what an undo did to others' work in it. */
  private Node without(Rewind parted, CaptureDiff.Edit edit, boolean otherTopology) {
    UUID id = edit.after().id();
    Node asked = blender.asked.get(id);
    if (asked == null) {
      return edit.after();
    }
    if (!parted.theirBuffers() || !(edit.structural() || otherTopology)) {
      return CaptureDiff.applied(asked, parted.theirs());
    }
    List<Operation> steps = new ArrayList<>(parted.theirs());
    steps.removeIf(Rewind::onBuffer);
    steps.addAll(CaptureDiff.allBuffers(asked, edit.after()));
    long token = author.token(); // Blender's topology is nobody's now.
    blender.retoken(id, token);
    return Blender.withStructure(CaptureDiff.applied(asked, steps), token);
  }

  /**
   * Whom Blender was last seen to show under a name that this node has there now, was renamed or
   * deleted there, and the capture of that is still to come: artists exchange names. It makes way
   * for so long, as the server would take the name for one that was taken (SPEC NA2). What undo did
   * to names moves others' work for nobody (BR23).
   */
  private void makeWay(Node on, List<Operation> steps, boolean rewound) {
    if (steps.stream().noneMatch(Names::isNaming)) {
      return;
    }
    Node now = CaptureDiff.applied(on, steps.stream().filter(Names::isNaming).toList());
    for (UUID id : target.naming().others(now)) {
      if (blender.showsUnder(id, now) || showedUnder(id, now)) {
        Node other = target.get(id);
        Operation rename = Names.rename(target.naming().free(other));
        if (!rewound || author.writers.isMine(id, rename)) {
          Commit commit = author.commit(other, 0, List.of(rename));
          target.put(id, Applier.apply(other, commit, 0));
          outbox.mark(id);
        }
      }
    }
  }

  /**
   * Whether a node had this one's name when the agent before this one died, and is still to be
   * compared with what it is now.
   */
  private boolean showedUnder(UUID id, Node named) {
    Early early = adopted.get(id);
    return early != null && Names.of(early.base).equals(Names.of(named));
  }

  /** Makes a commit of this artist on what the target is now. */
  private void commit(Node on, long newStructure, List<Operation> steps) {
    UUID id = on.id();
    Commit commit = author.commit(on, newStructure, steps);
    if (newStructure != 0) {
      blender.retoken(id, newStructure);
    }
    Node before = target.get(id);
    Node asked = blender.asked.get(id);
    Node after = Applier.apply(before, commit, 0);
    boolean inStep = Target.isSame(before, asked) && !blender.onItsWay(id);
    blender.edited(id, inStep ? after : Applier.apply(asked, commit, 0));
    target.put(id, after);
    if (!inStep) {
      outbox.mark(id);
    }
  }
}
