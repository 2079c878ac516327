package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

  /** Chunks that nobody is asked for, in the order in which they are to come. */
  final Deque<Manifest.Chunk> unasked = new ArrayDeque<>();

  /** All chunks that are not there. */
  final Set<Digest> missing = new HashSet<>();

  Arriving(Digest file) {
    this.file = file;
  }

  /** What the store said: these chunks of this file are not there. */
  void found(Manifest known, Set<Digest> lacking) {
    manifest = known;
    describing = null;
    missing.clear();
    unasked.clear();
    missing.addAll(lacking);
    Set<Digest> once = new HashSet<>();
    for (Manifest.Chunk chunk : known.chunks()) {
      if (lacking.contains(chunk.digest()) && once.add(chunk.digest())) {
        unasked.add(chunk);
      }
    }
  }

  /** This was asked for and will not come: it is asked for before all others. */
  void again(Manifest.Chunk chunk) {
    if (missing.contains(chunk.digest())) {
      unasked.addFirst(chunk);
    }
  }

  /** Whether it is known to be all there. */
  boolean isComplete() {
    return manifest != null && missing.isEmpty();
  }
}
