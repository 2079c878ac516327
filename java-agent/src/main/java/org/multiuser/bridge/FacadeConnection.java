package org.multiuser.bridge;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import py4j.Gateway;
import py4j.GatewayConnection;
import py4j.Protocol;
import py4j.ReturnObject;

/**
 * One client of the gateway, on its own thread. Speaks Py4J's protocol but understands two commands
 * only: the token, and a call of the facade with numbers, booleans and text. Anything else is
 * answered with an error and ends the connection (BR4).
 */
final class FacadeConnection extends GatewayConnection {
  private static final Logger log = LoggerFactory.getLogger(FacadeConnection.class);
  private static final String CALL = "c";

  /** Of a call: what the add-on asks at once is far less, but for the names of one set of files. */
  private static final int MAX_LINE_CHARS = 1 << 24;

  private static final int MAX_ARGUMENTS = 8;
  private static final int TOKEN_TIMEOUT_MILLIS = 5_000;

  private final FacadeCalls calls;
  private final String token;
  private final Runnable onEnd;

  FacadeConnection(Gateway gateway, Socket socket, FacadeCalls calls, String token, Runnable onEnd)
      throws IOException {
    super(gateway, socket, null, List.of(), List.of());
    this.calls = calls;
    this.token = token;
    this.onEnd = onEnd;
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TOKEN_TIMEOUT_MILLIS);
      if (authenticated()) {
        socket.setSoTimeout(0);
        serve();
      }
    } catch (IOException e) {
      log.debug("A connection to the bridge ended: {}", e.toString());
    } finally {
      onEnd.run();
    }
  }

  private boolean authenticated() throws IOException {
    String command = line();
    String given = Protocol.AUTH_COMMAND_NAME.equals(command) ? line() : null;
    if (given == null
        || !MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
      send(Protocol.getOutputErrorCommand("The token is wrong."));
      return false;
    }
    send(Protocol.getOutputVoidCommand());
    return true;
  }

  private void serve() throws IOException {
    for (String command = line(); command != null; command = line()) {
      if (!CALL.equals(command) || !Protocol.ENTRY_POINT_OBJECT_ID.equals(line())) {
        send(Protocol.getOutputErrorCommand("Only calls of the facade are allowed."));
        return;
      }
      String method = line();
      List<Object> arguments = arguments();
      if (method == null || arguments == null) {
        send(Protocol.getOutputErrorCommand("Only numbers, booleans and text are allowed."));
        return;
      }
      send(answer(method, arguments));
    }
  }

  private String answer(String method, List<Object> arguments) {
    try {
      Object value = calls.call(method, arguments);
      return value == null
          ? Protocol.getOutputVoidCommand()
          : Protocol.getOutputCommand(ReturnObject.getPrimitiveReturnObject(value));
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Protocol.getOutputErrorCommand(String.valueOf(e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("A call of {} failed", method, e);
      return Protocol.getOutputErrorCommand("The agent failed in " + method + ": " + e);
    }
  }

  /** The arguments up to the end mark; null if there is one of another kind. */
  private List<Object> arguments() throws IOException {
    List<Object> arguments = new ArrayList<>();
    for (String part = line(); part != null; part = line()) {
      if (Protocol.isEnd(part)) {
        return arguments;
      }
      Object argument = argument(part);
      if (argument == null || arguments.size() == MAX_ARGUMENTS) {
        return null;
      }
      arguments.add(argument);
    }
    return null;
  }

  private static Object argument(String part) {
    if (part.isEmpty()) {
      return null;
    }
    try {
      return switch (part.charAt(0)) {
        case Protocol.INTEGER_TYPE, Protocol.LONG_TYPE -> Long.valueOf(part.substring(1));
        case Protocol.BOOLEAN_TYPE -> Protocol.getBoolean(part);
        case Protocol.DOUBLE_TYPE -> Protocol.getDouble(part);
        case Protocol.STRING_TYPE -> Protocol.getString(part);
        default -> null;
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The next line without its end, null at the end of the stream; bounded. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = reader.read(); c != '\n'; c = reader.read()) {
      if (c < 0) {
        return null;
      }
      if (line.length() == MAX_LINE_CHARS) {
        throw new IOException("a line is longer than " + MAX_LINE_CHARS);
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private void send(String text) throws IOException {
    writer.write(text);
    writer.flush();
  }
}
