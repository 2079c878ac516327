package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.bridge.Json;
import org.multiuser.network.client.Probe;

/** {@code agent ping} asks real servers, and what is none. */
class PingCommandTest {
  private String said;
  private Charset platform = StandardCharsets.UTF_8;

  @Test
  @DisplayName("[VE1] a server tells its sessions without a log-in; what is none says what to do")
  void ask() throws Exception {
    try (MemoryServer server = new MemoryServer();
        WireClient host = server.host();
        ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int closed = freePort();
      String there = "multiuser://127.0.0.1:" + server.port + "?plain=1";
      assertEquals(0, run(there));
      Map<?, ?> online = (Map<?, ?>) Json.parse(said.strip());
      assertEquals(List.of(there, true), List.of(online.get("address"), online.get("online")));
      Map<?, ?> session = (Map<?, ?>) ((List<?>) online.get("sessions")).get(0);
      assertEquals(
          List.of("main", "ACTIVE", 1L),
          List.of(session.get("name"), session.get("state"), session.get("users")));
      assertTrue((Long) online.get("pingMillis") < 2_000, said);

      assertEquals(1, run(there, "localhost:" + closed, mute(mute), "no.such.invalid"));
      assertEquals(4, said.lines().count(), said);
      assertTrue(problemOf("localhost:" + closed).contains("is the server running there?"), said);
      assertTrue(problemOf(mute(mute)).contains("did not answer in time"), said);
      assertTrue(problemOf("no.such.invalid:5555").contains("knows the name"), said);
    }
  }

  private static String mute(ServerSocket mute) {
    return "multiuser://127.0.0.1:" + mute.getLocalPort() + "?plain=1";
  }

  @Test
  @DisplayName("what is told is UTF-8 where the platform writes something else")
  void encoding() {
    platform = StandardCharsets.US_ASCII;
    assertEquals(1, run("bühne-舞台.invalid"));
    assertTrue(problemOf("bühne-舞台.invalid:5555").contains("knows the name bühne-舞台"), said);
  }

  @Test
  @DisplayName("what a server says does nothing to the terminal, nor looks like another's answer")
  void terminal() {
    ServerAddress address = ServerAddress.parse("host");
    String text = "no\u001b[2J\nother:5555: online, 1 ms\u009b1m\u202e";
    assertEquals(
        "host:5555: offline. no?[2J?other:5555: online, 1 ms?1m?",
        PingCommand.asText(address, new Probe.Offline(text)));
  }

  @Test
  @DisplayName("what is no address ends with 2 before anybody is asked")
  void wrong() {
    for (String text :
        List.of("", " ", "host:", "host:0", "host:70000", "host:5x", "[::1", "a b")) {
      assertThrows(IllegalArgumentException.class, () -> ServerAddress.parse(text), text);
    }
    assertEquals(2, run("127.0.0.1", "host:70000"));
    assertTrue(said.contains("'host:70000' is no address"), said);
    assertEquals("[::1]:5555", ServerAddress.parse("::1").toString());
    assertEquals("[fe80::1]:7000", ServerAddress.parse("[fe80::1]:7000").toString());
    assertEquals("büro.example:5555", ServerAddress.parse(" büro.example ").toString());
  }

  private String problemOf(String address) {
    return said.lines()
        .map(it -> (Map<?, ?>) Json.parse(it))
        .filter(it -> it.get("address").equals(address))
        .map(it -> (String) it.get("problem"))
        .findFirst()
        .orElseThrow();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private int run(String... addresses) {
    List<String> line = new ArrayList<>(List.of("agent", "ping", "--json", "--timeout", "2000"));
    line.addAll(List.of(addresses));
    PrintStream err = System.err;
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream caught = new PrintStream(bytes, true, platform);
    System.setErr(caught);
    System.setOut(caught);
    try {
      return Main.commandLine().execute(line.toArray(String[]::new));
    } finally {
      System.setErr(err);
      System.setOut(out);
      said = bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
