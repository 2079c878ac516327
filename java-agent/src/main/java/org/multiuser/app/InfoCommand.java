package org.multiuser.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.multiuser.agent.Status;
import org.multiuser.bridge.Json;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.server.room.Hall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code agent info}: joins a session and tells what it holds. */
@Command(
    name = "info",
    description = {
      "Joins a session and tells what it holds: datablocks by type, their bytes, who is there.",
      "Exit code 0, or 2 if it cannot be joined."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InfoCommand implements Callable<Integer> {
  @Mixin private JoinOptions join;

  @Option(names = "--user", defaultValue = "info", description = "Default: ${DEFAULT-VALUE}.")
  private String user;

  @Option(names = "--seconds", defaultValue = "60", description = "How long it may take.")
  private int seconds;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  private record Kind(String type, long nodes, long bytes) {}

  @Override
  public Integer call() {
    Logging.setLevel(LogLevel.WARN);
    try (Visit visit =
        Visit.begin(
            new AgentRuntime(null, null, join.trust()), join.as(user, Hall.MAIN, ""), seconds)) {
      Status status = visit.agent().status();
      List<Node> nodes = visit.agent().nodes();
      List<Kind> kinds = kinds(nodes);
      if (json) {
        System.out.println(Json.write(asJson(status, nodes, kinds)));
      } else {
        print(status, nodes, kinds);
      }
      return 0;
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private static List<Kind> kinds(List<Node> nodes) {
    Map<String, Kind> kinds = new TreeMap<>();
    for (Node node : nodes) {
      long bytes = node.buffers().values().stream().mapToLong(InfoCommand::length).sum();
      kinds.merge(
          node.type(),
          new Kind(node.type(), 1, bytes),
          (a, b) -> new Kind(a.type(), a.nodes() + b.nodes(), a.bytes() + b.bytes()));
    }
    return List.copyOf(kinds.values());
  }

  private static long length(Buffer buffer) {
    return buffer.bytes().length;
  }

  private void print(Status status, List<Node> nodes, List<Kind> kinds) {
    System.out.printf("session      %s%n", status.session());
    System.out.printf("revision     %d%n", status.sequence());
    System.out.printf("users        %d, this one among them%n", status.users().size());
    System.out.printf("received     %,d bytes%n", status.bytesReceived());
    System.out.printf("datablocks   %s%n", ReplicaHash.of(nodes));
    System.out.printf("%n%-24s %9s %15s%n", "type", "datablocks", "buffer bytes");
    for (Kind kind : kinds) {
      System.out.printf(
          "%-24s %10d %15d%n", PingCommand.plain(kind.type()), kind.nodes(), kind.bytes());
    }
  }

  private static Map<String, Object> asJson(Status status, List<Node> nodes, List<Kind> kinds) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("session", status.session());
    fields.put("sequence", status.sequence());
    fields.put("users", (long) status.users().size());
    fields.put("bytesReceived", status.bytesReceived());
    fields.put("nodes", (long) nodes.size());
    fields.put("hash", ReplicaHash.of(nodes));
    List<Object> types = new ArrayList<>();
    for (Kind kind : kinds) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("type", kind.type());
      one.put("nodes", kind.nodes());
      one.put("bufferBytes", kind.bytes());
      types.add(one);
    }
    fields.put("types", types);
    return fields;
  }
}
