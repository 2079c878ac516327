package org.multiuser.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.Status;
import org.multiuser.agent.Verification;
import org.multiuser.bridge.Json;
import org.multiuser.protocol.message.Message;
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
  private static final int POLL_MILLIS = 20;

  @Mixin private JoinOptions join;
  @Mixin private TrustOptions trust;

  @Option(names = "--user", defaultValue = "verify", description = "Default: ${DEFAULT-VALUE}.")
  private String user;

  @Option(names = "--seconds", defaultValue = "120", description = "How long it may take.")
  private int seconds;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private VerifyCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Logging.setLevel(LogLevel.WARN);
    try (AgentRuntime agent = new AgentRuntime(null, null, trust.trust())) {
      agent.connect(join.as(user, ""));
      long endNanos = System.nanoTime() + seconds * 1_000_000_000L;
      if (!await(endNanos, () -> isSettled(agent.status()))
          || !(agent.status().state() instanceof ClientState.Online)) {
        System.err.println("The session could not be joined: " + reason(agent.status().state()));
        return 2;
      }
      agent.verify();
      boolean done = await(endNanos, () -> agent.verification().done());
      Verification result = agent.verification();
      agent.disconnect();
      if (!done) {
        System.err.println("The comparison did not end in time; allow it more with --seconds.");
        return 2;
      }
      return print(result, System.out);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private static boolean isSettled(Status status) {
    return status.state() instanceof ClientState.Online
        || status.state() instanceof ClientState.Lobby
        || status.state() instanceof ClientState.Ended;
  }

  private static String reason(ClientState state) {
    if (state instanceof ClientState.Ended ended) {
      return ended.text();
    }
    return state instanceof ClientState.Lobby
        ? "it is not open yet."
        : "the server did not send it in time; allow it more with --seconds.";
  }

  private static boolean await(long endNanos, BooleanSupplier met) throws InterruptedException {
    while (!met.getAsBoolean()) {
      if (System.nanoTime() - endNanos > 0) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
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
        out.printf("%-24s %9d %9d %s%n", one.name(), one.compared(), one.differing(), last);
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
