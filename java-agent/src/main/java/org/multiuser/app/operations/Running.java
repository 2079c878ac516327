package org.multiuser.app.operations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.multiuser.network.server.Traffic;
import org.multiuser.server.room.Answer;
import org.multiuser.server.room.Order;
import org.multiuser.server.room.StoreException;

/** A server that runs, as those see it who look after it. All of it may be called by any thread. */
public interface Running {
  /** Asks the server's thread; who gets no answer gives up by himself. */
  CompletableFuture<Answer> ask(Order order);

  /** What goes over the links. */
  Traffic traffic();

  /** What waits for peers to take it, in bytes. */
  long waitingBytes();

  /**
   * The sessions of which something is kept.
   *
   * @throws StoreException if they cannot be listed
   */
  List<String> kept() throws StoreException;

  /**
   * What a session's edits take on the disk, in bytes.
   *
   * @throws IOException if the disk does not say
   */
  long storeBytes(String session) throws IOException;

  /**
   * What a session's files take on the disk, in bytes.
   *
   * @throws IOException if the disk does not say
   */
  long fileBytes(String session) throws IOException;

  /**
   * Copies a session's edits as of one moment.
   *
   * @param copy a file that is empty or not there
   * @return done when the copy is; fails with a {@link StoreException}
   */
  CompletableFuture<Void> copy(String session, Path copy);

  /** Ends the server in order. */
  void stop();
}
