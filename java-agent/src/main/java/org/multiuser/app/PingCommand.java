package org.multiuser.app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multiuser.bridge.Json;
import org.multiuser.network.client.Probe;
import org.multiuser.protocol.message.Message;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agent ping}: which servers are there, how far away, and what they hold. */
@Command(
    name = "ping",
    description =
        "Asks servers whether they are there, one line each as it answers; exit code 0 if all are.",
    mixinStandardHelpOptions = true)
final class PingCommand implements Callable<Integer> {
  private static final int MOST_AT_ONCE = 64;

  @Parameters(
      paramLabel = "HOST[:PORT]",
      arity = "1..*",
      description =
          "Names or addresses, an IPv6 address in brackets, port 5555 if none is given; or"
              + " invites, which also say how a server is protected.")
  private List<String> addresses;

  @Option(
      names = "--timeout",
      paramLabel = "MILLIS",
      defaultValue = "5000",
      description = "How long a server may take. Default: ${DEFAULT-VALUE}.")
  private int timeoutMillis;

  @Mixin private TrustOptions trust;

  @Option(names = "--json", description = "Print the answers as JSON.")
  private boolean json;

  private PingCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Logging.setLevel(LogLevel.ERROR);
    List<ServerAddress> asked = new ArrayList<>();
    try {
      addresses.forEach(text -> asked.add(ServerAddress.parse(text)));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    }
    if (asked.size() > MOST_AT_ONCE || timeoutMillis < 1) {
      System.err.println("At most " + MOST_AT_ONCE + " servers, and at least 1 ms for each.");
      return 2;
    }
    // The add-on reads UTF-8, whatever the platform's encoding is.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    AtomicBoolean well = new AtomicBoolean(true);
    CountDownLatch waiting = new CountDownLatch(asked.size());
    try (Probe probe = new Probe(trust.trust(), timeoutMillis)) {
      for (ServerAddress one : asked) {
        Thread thread = new Thread(() -> ask(probe, one, out, well, waiting), "ping " + one);
        thread.setDaemon(true); // the look-up of a name may hang for longer than anybody waits
        thread.start();
      }
      return waiting.await(3L * timeoutMillis, TimeUnit.MILLISECONDS) && well.get() ? 0 : 1;
    }
  }

  private void ask(
      Probe probe,
      ServerAddress address,
      PrintStream out,
      AtomicBoolean well,
      CountDownLatch waiting) {
    Probe.Answer answer = answer(probe, address);
    if (answer instanceof Probe.Offline) {
      well.set(false);
    }
    String line = json ? Json.write(asJson(address, answer)) : asText(address, answer);
    out.println(line);
    waiting.countDown();
  }

  /** Whatever one server makes of it, each has its line: the add-on waits for them. */
  private static Probe.Answer answer(Probe probe, ServerAddress address) {
    try {
      return probe.ask(address.host(), address.port(), address.security());
    } catch (RuntimeException e) {
      return new Probe.Offline(
          "The agent met an error over " + address.place() + "; report it: " + e);
    }
  }

  /** What a server tells stands in its line as it is, but for what a terminal would obey. */
  static String asText(ServerAddress address, Probe.Answer answer) {
    if (answer instanceof Probe.Online online) {
      StringBuilder text = new StringBuilder();
      text.append(address).append(": online, ").append(online.pingMillis()).append(" ms");
      for (Message.SessionInfo one : online.sessions()) {
        text.append("\n  ").append(plain(one.name())).append(": ").append(one.state());
        text.append(", users: ").append(one.users());
        text.append(one.passwordNeeded() ? ", password needed" : "");
        text.append(
            one.blenderVersion().isEmpty() ? "" : ", Blender " + plain(one.blenderVersion()));
      }
      return text.toString();
    }
    return address + ": offline. " + plain(((Probe.Offline) answer).problem());
  }

  /** What a server tells, but for what a terminal would obey. */
  static String plain(String told) {
    return told.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]", "?");
  }

  private static Map<String, Object> asJson(ServerAddress address, Probe.Answer answer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("address", address.toString());
    fields.put("online", answer instanceof Probe.Online);
    if (answer instanceof Probe.Online online) {
      fields.put("pingMillis", online.pingMillis());
      fields.put("software", online.software());
      List<Object> sessions = new ArrayList<>();
      for (Message.SessionInfo one : online.sessions()) {
        Map<String, Object> session = new LinkedHashMap<>();
        session.put("name", one.name());
        session.put("state", one.state().name());
        session.put("users", (long) one.users());
        session.put("passwordNeeded", one.passwordNeeded());
        session.put("blenderVersion", one.blenderVersion());
        sessions.add(session);
      }
      fields.put("sessions", sessions);
    } else {
      fields.put("problem", ((Probe.Offline) answer).problem());
    }
    return fields;
  }
}
