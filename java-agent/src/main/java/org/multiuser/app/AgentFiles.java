package org.multiuser.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.multiuser.agent.Effect;
import org.multiuser.agent.Transfer;
import org.multiuser.agent.Transfers;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.protocol.file.Digest;

/** The part that an agent takes in its session's files. Its methods may be called by any thread. */
final class AgentFiles implements AutoCloseable {
  private final AgentThread thread;
  private final FileCourier courier;

  /** How to come to the transfers, which are the agent's thread's. */
  interface AgentThread {
    /** Carries this out there before long, if the agent is connected. */
    void later(Consumer<Transfers> work);

    /**
     * What this returns there.
     *
     * @throws IllegalStateException if the agent is not connected
     */
    <T> T call(Function<Transfers, T> work);
  }

  /**
   * An agent's files.
   *
   * @param files what is there of them here, or null to take no part
   */
  AgentFiles(LocalFiles files, AgentThread thread) {
    this.thread = thread;
    courier = files == null ? null : new FileCourier(files, thread::later);
  }

  private FileCourier courier() {
    if (courier == null) {
      throw new IllegalStateException("this agent was started without a cache for files");
    }
    return courier;
  }

  /** Offers a file of this user's to the session (SPEC FT1). */
  void offer(Path file, FileCourier.Offered told) {
    courier().offer(file, told);
  }

  /**
   * Fetches a file from the session.
   *
   * @param said what it is called here, made safe
   */
  void fetch(Digest file, String said) {
    courier().name(file, said);
    run(transfers -> transfers.fetch(file));
  }

  /** Where a fetched file is, if it is here. */
  Optional<Path> fetched(Digest file) {
    return courier().made(file);
  }

  /** Goes on with a file no more, whichever way. */
  void cancel(Digest file) {
    run(transfers -> transfers.cancel(file));
  }

  /** Sets how many bytes of files may go out in a second, 0 for any number. */
  void limitUpload(long bytesPerSecond) {
    run(transfers -> transfers.limit(bytesPerSecond));
  }

  /** Where all files stand. */
  List<Transfer> transfers() {
    return thread.call(Transfers::shown);
  }

  /** Carries out what is a matter of files, and returns the rest; on the agent's thread. */
  List<Effect> carryOut(List<Effect> effects) {
    List<Effect> others = new ArrayList<>(effects.size());
    for (Effect effect : effects) {
      if (effect instanceof Effect.OfFile ofFile) {
        courier().carryOut(ofFile);
      } else {
        others.add(effect);
      }
    }
    return others;
  }

  private void run(Consumer<Transfers> work) {
    thread.call(
        transfers -> {
          work.accept(transfers);
          return null;
        });
  }

  @Override
  public void close() {
    if (courier != null) {
      courier.close();
    }
  }
}
