package org.multiuser.app;

import java.util.concurrent.Callable;
import org.multiuser.app.load.LoadProfile;
import org.multiuser.app.load.LoadReport;
import org.multiuser.app.load.LoadRun;
import org.multiuser.bridge.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code agent load}: many users edit one session, and nothing may get lost. */
@Command(
    name = "load",
    description = {
      "Lets many users edit one session at the same time, from this one process, and prints how"
          + " fast that was.",
      "Exit code 0 if everybody holds every last edit in the end, 1 if something is lost, 2 if it"
          + " could not be tried."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {
  private static final String SESSION = "load";
  private static final int MOST_USERS = 256;

  @Option(names = "--users", defaultValue = "8", paramLabel = "N", description = "Default: 8.")
  private int users;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      paramLabel = "SECONDS",
      description = "How long they edit. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--rate",
      defaultValue = "10",
      paramLabel = "EDITS",
      description =
          "Edits of each user in a second, on average; 0 for as many as are acknowledged. Default:"
              + " ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--presence",
      defaultValue = "10",
      paramLabel = "TIMES",
      description = "How often in a second each tells where it is. Default: ${DEFAULT-VALUE}.")
  private double presence;

  @Option(
      names = "--objects",
      defaultValue = "50",
      paramLabel = "N",
      description = "Objects of each user. Default: ${DEFAULT-VALUE}.")
  private int objects;

  @Option(
      names = "--shared",
      defaultValue = "20",
      paramLabel = "N",
      description = "Objects that all of them edit. Default: ${DEFAULT-VALUE}.")
  private int shared;

  @Option(
      names = "--mesh-kib",
      defaultValue = "120",
      paramLabel = "KIB",
      description =
          "The coordinates of each user's mesh, 10,240 vertices by default; a stroke changes a"
              + " hundredth of them.")
  private int meshKib;

  @Option(names = "--seed", defaultValue = "1", description = "Of what they do. Default: 1.")
  private long seed;

  @Mixin private JoinOptions join;

  @Option(
      names = "--admin-password",
      defaultValue = "${env:ADMIN_PASSWORD:-}",
      paramLabel = "PASSWORD",
      description = "To make the session. Also by the environment: ADMIN_PASSWORD.")
  private String adminPassword;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Logging.setLevel(LogLevel.WARN);
    try {
      LoadReport report = run();
      System.out.println(json ? Json.write(report.json()) : report.text());
      return report.isWell() ? 0 : 1;
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private LoadReport run() {
    boolean sound = users >= 2 && users <= MOST_USERS && seconds > 0 && rate >= 0 && presence >= 0;
    if (!sound || objects < 1 || shared < 0 || meshKib < 1 || meshKib > 1 << 18) {
      throw new IllegalArgumentException(
          "a load has 2 to 256 users, more than 0 seconds, at least one object of each and meshes"
              + " of 1 to 262144 KiB; rates are not negative");
    }
    LoadProfile profile = new LoadProfile(objects, shared, meshKib << 10, rate, presence);
    return new LoadRun(
            new LoadRun.Settings(users, seconds, seed, profile),
            () -> new AgentRuntime(null, null, join.trust()),
            user -> join.as(user, SESSION, adminPassword),
            ReplicaHash::of)
        .run();
  }
}
