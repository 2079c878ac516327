package org.multiuser.bridge;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Event;
import org.multiuser.agent.Security;
import org.multiuser.agent.Status;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Catalogue;
import org.multiuser.repository.Row;

/** The JSON texts of BR9, BR10, BR11, BR19 and BR32. Pure. */
final class BridgeJson {
  private static final int DEFAULT_PORT = 5555;

  private BridgeJson() {}

  /**
   * Where to connect, from the object that Blender sends.
   *
   * @throws IllegalArgumentException if an option is of the wrong kind or out of range
   */
  static ConnectOptions connectOptions(Map<String, Object> json) {
    return new ConnectOptions(
        text(json, "host", "").strip(),
        number(json, "port", DEFAULT_PORT),
        text(json, "session", "main"),
        text(json, "userName", "").strip(),
        number(json, "colour", 0xFFFFFF) & 0xFFFFFF,
        text(json, "serverPassword", ""),
        text(json, "adminPassword", ""),
        text(json, "blenderVersion", ""),
        number(json, "timeoutMillis", ConnectOptions.DEFAULT_TIMEOUT_MILLIS),
        Security.of(truth(json, "plain"), text(json, "fingerprint", "")));
  }

  /** BR10. */
  static Map<String, Object> status(Status status) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", status.state().label());
    boolean syncing = status.state() instanceof ClientState.Syncing;
    json.put("done", syncing ? ((ClientState.Syncing) status.state()).done() : 0L);
    json.put("total", syncing ? ((ClientState.Syncing) status.state()).total() : 0L);
    json.put(
        "reason",
        status.state() instanceof ClientState.Ended ended
            ? Map.of("code", ended.code(), "text", Objects.toString(ended.text(), ""))
            : null);
    json.put("client", status.client());
    json.put("role", status.role());
    json.put("session", status.session());
    json.put("incarnation", status.incarnation());
    json.put("fingerprint", status.fingerprint());
    json.put("users", status.users().stream().map(BridgeJson::user).toList());
    json.put("pending", status.pending());
    json.put("waiting", status.waiting());
    json.put("sequence", status.sequence());
    json.put("bytesSent", status.bytesSent());
    json.put("bytesReceived", status.bytesReceived());
    json.put("nodes", status.nodes());
    return json;
  }

  private static Map<String, Object> user(User user) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", user.id());
    json.put("name", user.name());
    json.put("role", user.role());
    json.put("colour", user.colour());
    json.put("online", user.online());
    json.put("ping", user.pingMillis());
    return json;
  }

  /** BR11. */
  static Map<String, Object> event(Event event) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
    json.put("text", event.text());
    json.put("node", event.node());
    json.put("code", event.code());
    json.put("owner", event.owner());
    return json;
  }

  /** BR19. */
  static Map<String, Object> node(Node node) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", node.type());
    json.put("owner", node.owner());
    json.put("revision", node.revision());
    json.put(
        "name", node.properties().values().get("name") instanceof Value.Text it ? it.value() : "");
    return json;
  }

  /** BR32. */
  static Map<String, Object> rows(Catalogue.Page page) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("upTo", page.upTo());
    json.put("more", page.more());
    json.put("rows", page.rows().stream().map(BridgeJson::row).toList());
    json.put("gone", page.gone());
    return json;
  }

  private static List<Object> row(Row row) {
    return Arrays.asList(
        row.id(),
        row.type(),
        row.name(),
        row.owner(),
        row.state().name(),
        row.waiting(),
        row.author(),
        row.changedMillis(),
        row.refused());
  }

  /**
   * The UUID that a text is.
   *
   * @throws IllegalArgumentException if it is none
   */
  static UUID uuid(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException("a UUID was expected");
    }
    return UUID.fromString(text);
  }

  private static String text(Map<String, Object> json, String key, String otherwise) {
    Object value = json.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("The option " + key + " must be text.");
  }

  private static boolean truth(Map<String, Object> json, String key) {
    Object value = json.get(key);
    if (value != null && !(value instanceof Boolean)) {
      throw new IllegalArgumentException("The option " + key + " must be true or false.");
    }
    return Boolean.TRUE.equals(value);
  }

  private static int number(Map<String, Object> json, String key, int otherwise) {
    Object value = json.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Long number && number.intValue() == number) {
      return number.intValue();
    }
    throw new IllegalArgumentException("The option " + key + " must be a whole number.");
  }
}
