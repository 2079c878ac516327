package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/** A file that is not all there yet, and who has it. The desk that made it changes it. */
final class Arriving {
  final Digest file;

  /** Who offered it over the links they have now. */
  final Set<Participant> offerers = new LinkedHashSet<>();

  /** Who is asked for the manifest, null for nobody. */
  Participant describing;

  /** What it consists of, null while that is not known. */
  Manifest manifest;

  /** The chunks that are not there, with the lengths that the manifest says. */
  private Map<Digest, Integer> missing = Map.of();

  /** Those of them that nobody is asked for, in the order in which they are to come. */
  private final Deque<Digest> unasked = new ArrayDeque<>();

  Arriving(Digest file) {
    this.file = file;
  }

  /**
   * What the store said.
   *
   * @param lacking the chunks that are not there, in their order; belongs to this one from now on
   */
  void found(Manifest known, Map<Digest, Integer> lacking) {
    manifest = known;
    describing = null;
    missing = lacking;
    unasked.clear();
    unasked.addAll(lacking.keySet());
  }

  /** The length of a chunk that is not there, null of any other. */
  Integer missing(Digest chunk) {
    return missing.get(chunk);
  }

  /** A chunk is there. */
  void here(Digest chunk) {
    missing.remove(chunk);
  }

  /** The next chunk that nobody was asked for, null if there is none. */
  Digest next() {
    Digest chunk = unasked.poll();
    while (chunk != null && !missing.containsKey(chunk)) {
      chunk = unasked.poll();
    }
    return chunk;
  }

  /** A chunk was asked for and will not come; whether this file lacks it: then it is next. */
  boolean again(Digest chunk) {
    if (missing.containsKey(chunk)) {
      unasked.addFirst(chunk);
      return true;
    }
    return false;
  }

  /** Whether it is known to be all there. */
  boolean isComplete() {
    return manifest != null && missing.isEmpty();
  }
}
