package org.multiuser.app;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.multiuser.app.operations.Running;
import org.multiuser.network.server.Gate;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.ServerDriver;
import org.multiuser.network.server.Traffic;
import org.multiuser.protocol.model.Role;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.login.PasswordDriver;
import org.multiuser.server.room.Answer;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Hall;
import org.multiuser.server.room.HallSettings;
import org.multiuser.server.room.ImagePace;
import org.multiuser.server.room.Order;
import org.multiuser.server.room.SessionLimits;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.FileDriver;
import org.multiuser.server.storage.SqliteStores;
import org.multiuser.server.storage.StoreDriver;
import org.multiuser.server.storage.Stores;

/**
 * A session server, wired: gate, ZeroMQ driver, core and stores. {@link #open} and {@link #run}
 * belong to one thread; {@link #stop} may be called from any.
 */
public final class Server implements Running {
  private static final long RECENT_BYTES = 32L << 20;

  private final Stores stores;
  private final Path folder;
  private final StoreDriver storeDriver;
  private final FileDriver fileDriver;
  private final ServerDriver driver;
  private final Gate gate;
  private volatile boolean stopping;

  /**
   * A server that is not open yet, with the usual limits.
   *
   * @param files how the sessions' files are kept
   */
  public Server(
      GateSettings gateSettings,
      KnownPasswords passwords,
      int timeoutMillis,
      Stores stores,
      FileSettings files,
      Codecs codecs) {
    this(
        gateSettings,
        passwords,
        timeoutMillis,
        SessionLimits.USUAL,
        Role.EDITOR,
        stores,
        files,
        codecs);
  }

  /**
   * A server that is not open yet.
   *
   * @param limits what it holds at most
   * @param joining the role of who joins and is not known
   * @param files how the sessions' files are kept
   */
  public Server(
      GateSettings gateSettings,
      KnownPasswords passwords,
      int timeoutMillis,
      SessionLimits limits,
      Role joining,
      Stores stores,
      FileSettings files,
      Codecs codecs) {
    this.stores = stores;
    HallSettings settings =
        new HallSettings(
            "Multi-User " + Version.current(),
            timeoutMillis,
            RECENT_BYTES,
            ImagePace.USUAL,
            files.collectMillis(),
            limits,
            joining);
    Hall hall = new Hall(settings, passwords, new SecureRandom(), codecs);
    driver = new ServerDriver(hall, System::nanoTime, 2 * limits.pendingBytes());
    gate = new Gate(gateSettings, driver.ports(), driver);
    folder = files.folder();
    storeDriver = new StoreDriver(stores, driver::post);
    fileDriver =
        new FileDriver(
            folder,
            files.quotaBytes(),
            files.graceMillis(),
            System::currentTimeMillis,
            driver::post);
    driver.wire(storeDriver, fileDriver, new PasswordDriver(passwords, driver::post), gate);
  }

  /**
   * Opens the ports and the sessions that are kept.
   *
   * @param more sessions that are to be there, too
   * @return the base port
   * @throws IOException if a port cannot be opened; says which one and what to do
   * @throws StoreException if the stores cannot be listed
   */
  public int open(Collection<String> more) throws IOException, StoreException {
    Set<String> names = new TreeSet<>(stores.names());
    names.addAll(more);
    try {
      int port = gate.open();
      driver.post(new Event.OpenSession(Hall.MAIN));
      names.forEach(name -> driver.post(new Event.OpenSession(name)));
      return port;
    } catch (IOException e) {
      stopping = true;
      run();
      throw e;
    }
  }

  /** As {@link #open(Collection)}, without more sessions. */
  public int open() throws IOException, StoreException {
    return open(List.of());
  }

  @Override
  public CompletableFuture<Answer> ask(Order order) {
    return driver.ask(order);
  }

  @Override
  public Traffic traffic() {
    return driver.traffic();
  }

  @Override
  public long waitingBytes() {
    return driver.waitingBytes();
  }

  @Override
  public List<String> kept() throws StoreException {
    return stores.names();
  }

  @Override
  public long storeBytes(String session) throws IOException {
    return SqliteStores.bytes(folder, session);
  }

  @Override
  public long fileBytes(String session) throws IOException {
    return fileDriver.heldBytes(session);
  }

  @Override
  public CompletableFuture<Void> copy(String session, Path copy) {
    return storeDriver.copy(session, copy);
  }

  /** Serves until {@link #stop}, then ends everything in order. */
  public void run() {
    try {
      while (!stopping) {
        driver.doWork();
      }
    } finally {
      gate.stopListening();
      driver.shutDown();
      gate.close();
    }
  }

  /** Makes {@link #run} end; from any thread. */
  @Override
  public void stop() {
    stopping = true;
    driver.wake();
  }
}
