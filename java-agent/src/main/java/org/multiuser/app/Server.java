package org.multiuser.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import org.multiuser.network.server.Gate;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.ServerDriver;
import org.multiuser.protocol.model.Role;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.login.PasswordDriver;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Hall;
import org.multiuser.server.room.HallSettings;
import org.multiuser.server.room.ImagePace;
import org.multiuser.server.room.SessionLimits;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.FileDriver;
import org.multiuser.server.storage.StoreDriver;
import org.multiuser.server.storage.Stores;

/**
 * A session server, wired: gate, ZeroMQ driver, core and stores. {@link #open} and {@link #run}
 * belong to one thread; {@link #stop} may be called from any.
 */
public final class Server {
  private static final long RECENT_BYTES = 32L << 20;

  private final Stores stores;
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
    driver = new ServerDriver(hall, System::nanoTime);
    gate = new Gate(gateSettings, driver.ports(), driver);
    driver.wire(
        new StoreDriver(stores, driver::post),
        new FileDriver(
            files.folder(),
            files.quotaBytes(),
            files.graceMillis(),
            System::currentTimeMillis,
            driver::post),
        new PasswordDriver(passwords, driver::post),
        gate);
  }

  /**
   * Opens the ports and the sessions that are kept.
   *
   * @return the base port
   * @throws IOException if a port cannot be opened; says which one and what to do
   * @throws StoreException if the stores cannot be listed
   */
  public int open() throws IOException, StoreException {
    List<String> names = stores.names();
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
  public void stop() {
    stopping = true;
    driver.wake();
  }
}
