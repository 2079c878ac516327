package org.multiuser.app.operations;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multiuser.server.room.LogLine;
import org.multiuser.server.room.StoreException;
import org.multiuser.server.storage.backup.BackupWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How another process of the same user speaks to a running server: over a port on loopback that is
 * named, with a secret, in a file of the data folder that only its owner reads. So whoever may read
 * the sessions may ask for a backup, and nobody else.
 */
public final class ControlPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPort.class);
  private static final int TOKEN_BYTES = 32;
  private static final long COPY_MINUTES = 10;

  private final Running server;
  private final Path folder;
  private final String made;
  private final String token;
  private final AtomicBoolean busy = new AtomicBoolean();
  private HttpPort http;

  /**
   * A port that is not open yet.
   *
   * @param made what a backup says it is made by
   * @param random for the secret
   */
  public ControlPort(Running server, Path folder, String made, SecureRandom random) {
    this.server = server;
    this.folder = folder;
    this.made = made;
    byte[] secret = new byte[TOKEN_BYTES];
    random.nextBytes(secret);
    token = HexFormat.of().formatHex(secret);
  }

  /**
   * Opens it and writes the file.
   *
   * @throws IOException if that cannot be
   */
  public void open() throws IOException {
    http =
        HttpPort.open(
            ControlFile.LOOPBACK,
            0,
            Map.of(ControlFile.BACKUP, new HttpPort.Page("POST", this::backup)));
    new ControlFile(http.port(), token).write(folder);
  }

  private void backup(HttpExchange exchange) throws IOException {
    if (!isAllowed(exchange)) {
      HttpPort.say(exchange, 403, "This needs the secret of the data folder.\n");
      return;
    }
    if (!busy.compareAndSet(false, true)) {
      HttpPort.say(exchange, 409, "Another backup is being made; wait for it.\n");
      return;
    }
    try {
      send(exchange);
    } finally {
      busy.set(false);
    }
  }

  private void send(HttpExchange exchange) throws IOException {
    try (BackupWriter backup = new BackupWriter(folder)) {
      backup.copy(server.kept(), this::copy);
      exchange.getResponseHeaders().set("Content-Type", "application/zip");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = new BufferedOutputStream(exchange.getResponseBody());
      backup.write(out, made);
      out.close();
      LOG.info("{}", LogLine.of("backup").with("sessions", server.kept().size()));
    } catch (StoreException e) {
      LOG.warn("{}", LogLine.of("backup.failed").with("text", e.getMessage()));
      HttpPort.say(exchange, 500, e.getMessage() + "\n");
    } catch (IOException e) {
      LOG.warn("{}", LogLine.of("backup.failed").with("text", e));
      if (exchange.getResponseCode() >= 0) {
        throw e; // What came of it is cut off, and its reader sees that.
      }
      HttpPort.say(exchange, 500, e.getMessage() + "\n");
    }
  }

  private boolean isAllowed(HttpExchange exchange) {
    String said = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    return MessageDigest.isEqual(
        said.getBytes(StandardCharsets.UTF_8),
        ControlFile.authorization(token).getBytes(StandardCharsets.UTF_8));
  }

  private void copy(String session, Path copy) throws StoreException {
    try {
      server.copy(session, copy).get(COPY_MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new StoreException(String.valueOf(e.getCause().getMessage()), e);
    } catch (TimeoutException e) {
      throw new StoreException("session " + session + " was not copied in ten minutes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (http != null) {
      Files.deleteIfExists(ControlFile.in(folder));
      http.close();
    }
  }
}
