package org.multiuser.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.multiuser.network.server.GateSettings;
import org.multiuser.server.room.Passwords;
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
  private final Path files = Files.createTempDirectory("multi-user-files");

  MemoryServer() throws IOException, StoreException {
    this(GateSettings.standard("127.0.0.1", 0));
  }

  MemoryServer(GateSettings settings) throws IOException, StoreException {
    server =
        new Server(
            settings,
            Passwords.of("", ADMIN_PASSWORD),
            60_000,
            new InMemory(),
            FileSettings.usual(files),
            WireClient.CODECS);
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
