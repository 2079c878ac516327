package org.multiuser.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.multiuser.agent.Security;
import org.multiuser.network.server.GateSettings;
import org.multiuser.network.server.MadeCertificate;
import org.multiuser.network.server.ServerIdentity;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.MemoryStore;
import org.multiuser.server.storage.Stores;

/** A server with real sockets in a thread of its own; what it keeps is gone with it. */
final class MemoryServer implements AutoCloseable {
  static final String ADMIN_PASSWORD = "admin";

  final int port;
  private final Server server;
  private final Thread thread;
  private static ServerIdentity identity;
  private final ServerIdentity identityHere;
  private final Path files = Files.createTempDirectory("multi-user-files");

  /** One that does not encrypt, for clients that speak in clear. */
  MemoryServer() throws IOException, StoreException {
    this(GateSettings.plain("127.0.0.1", 0));
  }

  /** One that encrypts, as every server does unless it is told otherwise. */
  static MemoryServer encrypted() throws IOException, StoreException {
    return new MemoryServer(GateSettings.standard("127.0.0.1", 0, identity()));
  }

  /** The same for all tests: to make one takes a second. */
  static synchronized ServerIdentity identity() throws IOException {
    if (identity == null) {
      Path folder = Files.createTempDirectory("multi-user-identity");
      Path file = folder.resolve("certificate.pem");
      identity =
          new MadeCertificate(Path.of(System.getProperty("java.home")), new SecureRandom())
              .in(file);
      Files.delete(file);
      Files.delete(folder);
    }
    return identity;
  }

  /** How its clients are to reach it: they were told the certificate, if there is one. */
  Security security() {
    return identityHere == null
        ? Security.PLAIN
        : new Security(false, Optional.of(identityHere.fingerprint()));
  }

  MemoryServer(GateSettings settings) throws IOException, StoreException {
    server =
        new Server(
            settings,
            KnownPasswords.plain("", ADMIN_PASSWORD, new SecureRandom()),
            60_000,
            new InMemory(),
            FileSettings.usual(files),
            WireClient.CODECS);
    identityHere = settings.identity();
    port = server.open();
    thread = new Thread(server::run, "server under test");
    thread.start();
  }

  /** An admin in an active, empty session. */
  WireClient host() {
    WireClient host = new WireClient(port).login("host", ADMIN_PASSWORD);
    host.subscribe(0);
    host.initialise(true);
    return host;
  }

  /** An editor that follows the session. */
  WireClient guest(String name) {
    WireClient guest = new WireClient(port).login(name, "");
    guest.subscribe(0);
    return guest;
  }

  @Override
  public void close() throws InterruptedException {
    server.stop();
    thread.join();
    try (Stream<Path> all = Files.walk(files)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class InMemory implements Stores {
    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public RoomStore open(String session) {
      return new MemoryStore();
    }
  }
}
