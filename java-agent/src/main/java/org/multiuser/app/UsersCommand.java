package org.multiuser.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.multiuser.bridge.Json;
import org.multiuser.protocol.model.User;
import org.multiuser.server.room.Hall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code agent users}: joins a session and tells who is there. */
@Command(
    name = "users",
    description = {
      "Joins a session and tells who is there, what they may do, how far away they are, and of"
          + " how many datablocks they are the owner.",
      "Exit code 0, or 2 if it cannot be joined."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class UsersCommand implements Callable<Integer> {
  @Mixin private JoinOptions join;

  @Option(names = "--user", defaultValue = "users", description = "Default: ${DEFAULT-VALUE}.")
  private String user;

  @Option(names = "--seconds", defaultValue = "60", description = "How long it may take.")
  private int seconds;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Logging.setLevel(LogLevel.WARN);
    try (Visit visit =
        Visit.begin(
            new AgentRuntime(null, null, join.trust()), join.as(user, Hall.MAIN, ""), seconds)) {
      // The list of users comes on another channel than the session.
      UUID own = visit.agent().status().client();
      visit.await(() -> users(visit).stream().anyMatch(one -> one.id().equals(own)));
      Map<UUID, Long> owned = new HashMap<>();
      visit.agent().owners().values().forEach(owner -> owned.merge(owner, 1L, Long::sum));
      List<User> others = users(visit).stream().filter(one -> !one.id().equals(own)).toList();
      print(others, owned);
      return 0;
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private static List<User> users(Visit visit) {
    return visit.agent().status().users();
  }

  private void print(List<User> users, Map<UUID, Long> owned) {
    if (json) {
      List<Object> all = new ArrayList<>();
      users.forEach(one -> all.add(asJson(one, owned.getOrDefault(one.id(), 0L))));
      System.out.println(Json.write(Map.of("users", all)));
      return;
    }
    System.out.printf("%-24s %-8s %-8s %9s %6s%n", "user", "role", "is", "ping", "owns");
    for (User one : users) {
      System.out.printf(
          "%-24s %-8s %-8s %9s %6d%n",
          PingCommand.plain(one.name()),
          one.role().name().toLowerCase(java.util.Locale.ROOT),
          one.online() ? "online" : "away",
          one.pingMillis() < 0 ? "" : one.pingMillis() + " ms",
          owned.getOrDefault(one.id(), 0L));
    }
    System.out.println(users.size() == 1 ? "1 user" : users.size() + " users");
  }

  private static Map<String, Object> asJson(User user, long owned) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", user.name());
    fields.put("role", user.role().name());
    fields.put("online", user.online());
    fields.put("pingMillis", (long) user.pingMillis());
    fields.put("owns", owned);
    return fields;
  }
}
