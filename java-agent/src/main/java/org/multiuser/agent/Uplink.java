package org.multiuser.agent;

import java.util.Optional;
import java.util.function.Consumer;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.Parts;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.message.Message;
import org.multiuser.repository.Repository;

/**
 * Pushes pending commits in order of their counters, in parts, within the server's credit (SPEC
 * CM2, CR1, AC4). A commit that was begun is always finished.
 */
final class Uplink {
  private static final int LEAST_COST_BYTES = 64;

  private final Repository repository;
  private final CommitCodec codec;
  private long credit;
  private long counter;
  private byte[] encoded;
  private int offset;

  Uplink(Repository repository, CommitCodec codec) {
    this.repository = repository;
    this.codec = codec;
  }

  /** The link is a new one, without credit yet. */
  void restart() {
    credit = 0;
    encoded = null;
    repository.newLink();
  }

  void grant(long bytes) {
    credit += bytes;
  }

  /** Whether a commit waits for credit. */
  boolean isPushing() {
    return encoded != null || (credit <= 0 && repository.unsent().isPresent());
  }

  /** Sends what may be sent. */
  void pump(Consumer<Message> out) {
    while (credit > 0 && (encoded != null || begin())) {
      Parts.Part part = Parts.at(encoded, offset);
      out.accept(new Message.PushPart(counter, part.totalBytes(), part.offset(), part.bytes()));
      credit -= Math.max(part.bytes().length, LEAST_COST_BYTES);
      offset += part.bytes().length;
      if (offset >= encoded.length) {
        encoded = null;
      }
    }
  }

  private boolean begin() {
    Optional<Commit> next = repository.unsent();
    if (next.isEmpty()) {
      return false;
    }
    counter = next.get().counter();
    encoded = codec.encode(next.get());
    offset = 0;
    repository.sent(counter);
    return true;
  }
}
