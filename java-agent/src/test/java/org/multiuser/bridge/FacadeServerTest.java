package org.multiuser.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Speaks raw Py4J to the gateway: what a client other than ours may try. */
final class FacadeServerTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private final RecordingAgent agent = new RecordingAgent();
  private FacadeServer server;

  @BeforeEach
  void start() {
    SegmentPool segments = new SegmentPool(folder, 64L << 20, 16L << 20);
    server = new FacadeServer(new FacadeCalls(new Facade(agent, segments)), TOKEN);
    server.start();
  }

  @AfterEach
  void stop() {
    server.shutdown();
  }

  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.getListeningPort());
      socket.setSoTimeout(5_000);
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String say(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      return answer();
    }

    /** The next line; null where the connection ended. */
    String answer() throws IOException {
      try {
        return reader.readLine();
      } catch (SocketException e) {
        return null; // reset instead of closed, because the server left input unread
      }
    }

    Client known() throws IOException {
      assertEquals("!yv", say("A\n" + TOKEN + "\n"));
      return this;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  @DisplayName("[BR4] the gateway listens on loopback only")
  void loopback() {
    assertTrue(server.getAddress().isLoopbackAddress());
  }

  @Test
  @DisplayName("[BR4] with the token the facade can be called")
  void call() throws IOException {
    try (Client client = new Client().known()) {
      assertEquals("!yi1", client.say("c\nt\nallocate\nL70000\ne\n"));
      assertEquals("!yv", client.say("c\nt\ninitialise\nbTrue\ne\n"));
      assertEquals("!ys", client.say("c\nt\ntake\ni1000\ne\n"));
    }
    assertEquals("initialise true", agent.calls.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A\nwrong\n",
        "A\n\n",
        "A\n0123456789abcdef0123456789abcdeF\n",
        "c\nt\nstatus\ne\n",
        "j\ni\nrj\nsjava.lang.System\ne\n",
        "s\n",
        "GET / HTTP/1.1\n\n"
      })
  @DisplayName("[BR4] without the token nothing is answered but a refusal, and the link ends")
  void noToken(String text) throws IOException {
    try (Client client = new Client()) {
      String refusal = client.say(text);
      assertTrue(refusal == null || refusal.startsWith("!x"), refusal);
      assertNull(client.answer());
    }
    assertTrue(agent.calls.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c\nz:java.lang.System\ngetProperty\nsuser.home\ne\n", // a static method
        "c\nz:java.lang.Runtime\ngetRuntime\ne\n",
        "c\nj\ngetClass\ne\n", // the jvm view as an object
        "c\nGATEWAY_SERVER\nshutdown\ne\n", // the gateway itself
        "c\no0\ntoString\ne\n", // any object by its number
        "i\njava.io.File\ns/etc/passwd\ne\n", // a constructor
        "r\nu\njava.lang.System\nrj\ne\n", // reflection: what is this name
        "r\nm\nz:java.lang.System\nout\ne\n", // reflection: a member
        "f\ng\nt\nagent\ne\n", // a field of the facade
        "f\ns\nt\nagent\nn\ne\n",
        "m\nd\nt\ne\n", // memory: forget the entry point
        "j\ni\nrj\njava.lang.*\ne\n", // the jvm view: import
        "j\nn\nview\ne\n", // the jvm view: a new one
        "a\ng\no0\ni0\ne\n", // arrays
        "a\nc\nsjava.lang.String\ni1\ne\n",
        "l\na\no0\ne\n", // lists
        "h\no\nt\nn\nn\ne\n", // help pages
        "d\nf\nt\nn\ne\n", // dir
        "p\no0\ne\n", // exceptions
        "S\no0\ne\n", // streams
        "s\n", // shutdown
        "x\n",
        "\n"
      })
  @DisplayName("[BR4] every other command of Py4J is refused, also with the token")
  void otherCommands(String text) throws IOException {
    try (Client client = new Client().known()) {
      String refusal = client.say(text);
      assertTrue(refusal == null || refusal.startsWith("!xs"), refusal);
      assertNull(client.answer());
    }
    try (Client client = new Client().known()) {
      assertEquals("!yv", client.say("c\nt\npush\ne\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rt", "ro0", "fp0;java.lang.Runnable", "jAAAA", "D1.5", "l", "ix", ""})
  @DisplayName("[BR4] arguments are numbers, booleans and text: no references, proxies or bytes")
  void otherArguments(String argument) throws IOException {
    try (Client client = new Client().known()) {
      String refusal = client.say("c\nt\nallocate\n" + argument + "\ne\n");
      assertTrue(refusal != null && refusal.startsWith("!xs"), refusal);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c\nt\ngetClass\ne\n",
        "c\nt\nhashCode\ne\n",
        "c\nt\nallocate\ne\n",
        "c\nt\nallocate\nsx\ne\n",
        "c\nt\nallocate\nL-1\ne\n",
        "c\nt\nfree\nL4294967297\ne\n",
        "c\nt\nwhole\nsnot a uuid\ne\n",
        "c\nt\nconnect\ns{\ne\n",
        "c\nt\ncut\ni5\ne\n"
      })
  @DisplayName("[BR8..BR19] a call that is refused says why and the connection goes on")
  void refusedCalls(String text) throws IOException {
    try (Client client = new Client().known()) {
      String refusal = client.say(text);
      assertTrue(refusal != null && refusal.startsWith("!xs"), refusal);
      assertEquals("!yv", client.say("c\nt\npush\ne\n"));
    }
  }

  @Test
  @DisplayName("[BR4] connections are limited, and a closed one makes room again")
  void connectionLimit() throws Exception {
    for (int round = 0; round < 3; round++) {
      Client[] clients = new Client[8];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = knownWhenThereIsRoom();
      }
      try (Client tooMany = new Client()) {
        assertNull(tooMany.answer());
      }
      for (Client client : clients) {
        client.close();
      }
    }
  }

  private Client knownWhenThereIsRoom() throws Exception {
    for (int i = 0; ; i++) {
      Client client = new Client();
      if ("!yv".equals(client.say("A\n" + TOKEN + "\n"))) {
        return client;
      }
      client.close();
      assertTrue(i < 200, "the closed connections were not noticed");
      Thread.sleep(10);
    }
  }

  @Test
  @DisplayName("[BR1] a short token is not accepted at the start")
  void shortToken() {
    FacadeCalls calls = new FacadeCalls(new Facade(agent, new SegmentPool(folder, 0, 0)));
    assertThrows(IllegalArgumentException.class, () -> new FacadeServer(calls, "short"));
  }
}
