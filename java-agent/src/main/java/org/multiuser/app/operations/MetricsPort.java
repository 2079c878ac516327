package org.multiuser.app.operations;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.multiuser.server.room.Census;

/** {@code GET /healthz} and {@code GET /metrics} of a running server. */
public final class MetricsPort implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 3_000;

  private final Asking asking;
  private final Metrics metrics;
  private HttpPort http;

  /** A port that is not open yet. */
  public MetricsPort(Running server, String version) {
    this(server, version, PATIENCE_MILLIS);
  }

  MetricsPort(Running server, String version, long patienceMillis) {
    asking = new Asking(server, patienceMillis);
    metrics = new Metrics(server, version);
  }

  /**
   * Opens it.
   *
   * @param port 0 for a free one
   * @return where it listens
   * @throws IOException if it cannot; says what to do
   */
  public int open(String bind, int port) throws IOException {
    try {
      http =
          HttpPort.open(
              bind,
              port,
              Map.of(
                  "/healthz", new HttpPort.Page("GET", this::health),
                  "/metrics", new HttpPort.Page("GET", this::metrics)));
      return http.port();
    } catch (IOException e) {
      throw new IOException(
          "port %d on %s cannot be opened for metrics (%s); end what uses it or choose another one with --metrics-port"
              .formatted(port, bind, e.getMessage()),
          e);
    }
  }

  private void health(HttpExchange exchange) throws IOException {
    try {
      Census census = asking.look();
      if (census.failed().isEmpty()) {
        HttpPort.say(exchange, 200, "well\n");
      } else {
        String sessions = String.join(", ", census.failed());
        HttpPort.say(exchange, 503, "not kept: " + sessions + "; the log says why\n");
      }
    } catch (Asking.NoAnswer e) {
      HttpPort.say(exchange, 503, e.getMessage() + "\n");
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      metrics.write(asking.look(), text);
    } catch (Asking.NoAnswer e) {
      HttpPort.say(exchange, 503, e.getMessage() + "\n");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", Metrics.CONTENT_TYPE);
    exchange.sendResponseHeaders(200, text.size());
    text.writeTo(exchange.getResponseBody());
  }

  @Override
  public void close() {
    if (http != null) {
      http.close();
    }
  }
}
