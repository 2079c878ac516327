package org.multiuser.app.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP port for whoever looks after the server: exact paths, one method each. Works on two
 * daemon threads of its own. The server of the JDK does what is needed and adds nothing to the jar.
 */
final class HttpPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
  private static final int THREADS = 2;
  private static final int BACKLOG = 16;
  private static final int MOST_ASKED_SECONDS = 10;

  private final HttpServer http;
  private final ExecutorService threads;

  /** What is done over one path. */
  record Page(String method, Handler handler) {}

  /** Answers one request; closes nothing. */
  interface Handler {
    /**
     * Answers.
     *
     * @throws IOException if the answer cannot be had or sent
     */
    void answer(HttpExchange exchange) throws IOException;
  }

  private HttpPort(HttpServer http, ExecutorService threads) {
    this.http = http;
    this.threads = threads;
  }

  /**
   * Opens a port.
   *
   * @param port 0 for a free one
   * @param pages by path
   * @throws IOException if it cannot be opened
   */
  static HttpPort open(String bind, int port, Map<String, Page> pages) throws IOException {
    // Who says half a request must not keep one of the threads; it is read once, at the first use.
    System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(MOST_ASKED_SECONDS));
    HttpServer http = HttpServer.create(new InetSocketAddress(bind, port), BACKLOG);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread made = new Thread(task, "operations");
              made.setDaemon(true);
              return made;
            });
    http.setExecutor(threads);
    http.createContext("/", exchange -> answer(exchange, pages));
    http.start();
    return new HttpPort(http, threads);
  }

  /** Where it listens. */
  int port() {
    return http.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, Map<String, Page> pages) {
    try (exchange) {
      Page page = pages.get(exchange.getRequestURI().getPath());
      if (page == null) {
        say(exchange, 404, "There is " + String.join(" and ", pages.keySet()) + ".\n");
      } else if (!page.method.equals(exchange.getRequestMethod())) {
        exchange.getResponseHeaders().set("Allow", page.method);
        say(exchange, 405, "Only " + page.method + " is allowed.\n");
      } else {
        page.handler.answer(exchange);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("a request to the operations port was not answered: {}", e.toString());
    }
  }

  /**
   * Sends a short text.
   *
   * @throws IOException if it cannot be sent
   */
  static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
