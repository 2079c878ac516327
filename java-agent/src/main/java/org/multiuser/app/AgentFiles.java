package org.multiuser.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.multiuser.agent.Effect;
import org.multiuser.agent.Transfer;
import org.multiuser.agent.Transfers;
import org.multiuser.files.content.LocalFiles;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/** The part that an agent takes in its session's files. Its methods may be called by any thread. */
final class AgentFiles implements AutoCloseable {
  private final AgentThread thread;
  private final LocalFiles files;
  private final FileCourier courier;
  private volatile long uploadLimit;

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
    this.files = files;
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

  /** Offers an own file that was looked through, if the agent is connected. */
  void offer(Manifest manifest) {
    thread.later(transfers -> transfers.offer(manifest));
  }

  /** What was offered is not to be had of this user any more. */
  void withdraw(Digest file) {
    thread.later(transfers -> transfers.withdraw(file));
  }

  /** The folder of the cache for what is made of files that belong together; see LocalFiles. */
  Path view(String key) {
    return files.view(key);
  }

  /**
   * Fetches a file from the session, if the agent is connected; again where that failed.
   *
   * @param target where it is to be made, beside all places that it was fetched for already
   */
  void fetch(Digest file, Path target, FileTargets.Told told) {
    courier().aim(file, target, told);
    thread.later(transfers -> transfers.fetch(file));
  }

  /**
   * A file is not to be made there any more.
   *
   * @param isLast whether it is not to be fetched any more either
   */
  void drop(Digest file, Path target, boolean isLast) {
    courier().drop(file, target);
    if (isLast) {
      leave(file);
    }
  }

  /** A file is not to be fetched, or nobody asks any more what became of it. */
  void leave(Digest file) {
    courier().forget(file);
    thread.later(transfers -> transfers.leave(file));
  }

  /** Goes on with a file no more, whichever way. */
  void cancel(Digest file) {
    courier().forget(file);
    thread.later(transfers -> transfers.cancel(file));
  }

  /** Whether nothing that came from the session is to be given back to it (SPEC FT6). */
  void rest(boolean is) {
    courier().rest(is);
  }

  /** Sets how many bytes of files may go out in a second, 0 for any number; for later joins too. */
  void limitUpload(long bytesPerSecond) {
    uploadLimit = bytesPerSecond;
    thread.later(transfers -> transfers.limit(bytesPerSecond));
  }

  /** These are the transfers of a new join; on the agent's thread. */
  void connected(Transfers transfers) {
    transfers.limit(uploadLimit);
  }

  /**
   * Where all files stand.
   *
   * @throws IllegalStateException if the agent is not connected
   */
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

  @Override
  public void close() {
    if (courier != null) {
      courier.close();
    }
  }
}
