package org.multiuser.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.multiuser.agent.Verification;
import org.multiuser.bridge.Json;
import org.multiuser.protocol.message.Message;
import org.multiuser.server.room.Hall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code agent verify}: fetches a session, compares every node with the server's, and prints what
 * came of the comparisons that everybody in the session makes by itself (SPEC VR).
 */
@Command(
    name = "verify",
    description =
        "Compares a session's replicas; exit code 0 if all are equal, 1 if one differs, 2 if it"
            + " could not be compared.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private JoinOptions join;

  @Option(names = "--user", defaultValue = "verify", description = "Default: ${DEFAULT-VALUE}.")
  private String user;

  @Option(names = "--seconds", defaultValue = "120", description = "How long it may take.")
  private int seconds;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private VerifyCommand() {}

  @Override
  public Integer call() {
    Logging.setLevel(LogLevel.WARN);
    try (Visit visit =
        Visit.begin(
            new AgentRuntime(null, null, join.trust()), join.as(user, Hall.MAIN, ""), seconds)) {
      visit.agent().verify();
      if (!visit.await(() -> visit.agent().verification().done())) {
        System.err.println("The comparison did not end in time; allow it more with --seconds.");
        return 2;
      }
      return print(visit.agent().verification(), System.out);
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private int print(Verification result, PrintStream out) {
    boolean equal = result.differing() == 0;
    for (Message.Comparison one : result.members()) {
      equal &= one.differing() == 0;
    }
    if (json) {
      out.println(Json.write(asJson(result, equal)));
    } else {
      out.printf("%-24s %9s %9s %s%n", "replica", "compared", "differed", "last");
      for (Message.Comparison one : result.members()) {
        String last = one.compared() == 0 ? "never" : one.ageMillis() / 1000 + " s ago";
        out.printf(
            "%-24s %9d %9d %s%n",
            PingCommand.plain(one.name()), one.compared(), one.differing(), last);
      }
      out.println(
          equal
              ? "every comparison found the server's image"
              : "replicas differed and were fetched anew; see the server's log");
    }
    return equal ? 0 : 1;
  }

  private static Map<String, Object> asJson(Verification result, boolean equal) {
    List<Object> members = new ArrayList<>();
    for (Message.Comparison one : result.members()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", one.name());
      fields.put("compared", one.compared());
      fields.put("differing", one.differing());
      fields.put("ageMillis", one.ageMillis());
      members.add(fields);
    }
    return Map.of("equal", equal, "compared", result.compared(), "members", members);
  }
}
