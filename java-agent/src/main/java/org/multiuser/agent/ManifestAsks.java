package org.multiuser.agent;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

/**
 * The files that the server is asked for over this link (SPEC FT2): each ask has one answer, and no
 * more wait for theirs than may (FT6). Stepped.
 */
final class ManifestAsks {
  private final Outgoing out;

  /** Asked for and not answered, also what is not wanted any more. */
  private final Set<Digest> awaited = new HashSet<>();

  /** Those of them that the server was told to wait with no more. */
  private final Set<Digest> left = new HashSet<>();

  /** To be asked for once fewer wait, or the answer came to what was asked for before. */
  private final Set<Digest> unasked = new LinkedHashSet<>();

  private boolean leaves;

  ManifestAsks(Outgoing out) {
    this.out = out;
  }

  /** Whether the server knows what it is to leave a file (SPEC FT9, VE2). */
  void serverLeaves(boolean is) {
    leaves = is;
  }

  /** The link is another one, or gone. */
  void clear() {
    awaited.clear();
    left.clear();
    unasked.clear();
  }

  /** A file is wanted. */
  void ask(Digest file) {
    boolean isWaiting = awaited.contains(file) && !left.contains(file);
    if (!isWaiting) {
      unasked.add(file);
      askNext();
    }
  }

  private void askNext() {
    Iterator<Digest> next = unasked.iterator();
    while (next.hasNext() && awaited.size() < Limits.AWAITED_FILES) {
      Digest file = next.next();
      if (awaited.add(file)) {
        next.remove();
        out.send(Channel.SUBSCRIBER, new Message.FileAsk(file));
      }
    }
  }

  /** A file is not wanted any more. */
  void leave(Digest file) {
    unasked.remove(file);
    if (leaves && awaited.contains(file) && left.add(file)) {
      out.send(Channel.SUBSCRIBER, new Message.FileLeave(file));
    }
  }

  /** Whether an answer about this file is to come. */
  boolean isAwaited(Digest file) {
    return awaited.contains(file);
  }

  /**
   * All of the answer about a file came.
   *
   * @return whether it was an answer to what was left since
   */
  boolean answered(Digest file) {
    boolean wasLeft = left.remove(file);
    awaited.remove(file);
    askNext();
    return wasLeft;
  }
}
