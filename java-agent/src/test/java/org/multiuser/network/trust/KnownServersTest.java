package org.multiuser.network.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.file.Digest;

@DisplayName("[CH9] What servers showed at first")
class KnownServersTest {
  private static final Digest ONE = Digest.ofContent(new byte[] {1});
  private static final Digest TWO = Digest.ofContent(new byte[] {2});

  @TempDir private Path folder;

  @Test
  @DisplayName("is remembered for the next agent, a line for each, and the first one stays")
  void remembered() throws Exception {
    Path file = folder.resolve("data").resolve("known_servers");
    KnownServers known = new KnownServers(file);
    assertEquals(Optional.empty(), known.at("host:5555"));
    assertEquals(ONE, known.remember("Host:5555", ONE));
    assertEquals(ONE, known.remember("host:5555", TWO), "what is there is not replaced");
    assertEquals(TWO, known.remember("[::1]:7000", TWO));
    KnownServers next = new KnownServers(file);
    assertEquals(Optional.of(ONE), next.at("HOST:5555"));
    assertEquals(Optional.of(TWO), next.at("[::1]:7000"));
    assertEquals(Optional.empty(), next.at("host:5556"));
    assertEquals(
        List.of("host:5555 " + ONE.hex(), "[::1]:7000 " + TWO.hex()), Files.readAllLines(file));
  }

  @Test
  @DisplayName("is forgotten one by one; the rest of the file, comments too, stays")
  void forgotten() throws Exception {
    Path file = folder.resolve("known_servers");
    List<String> lines = List.of("# mine", "a:1 " + ONE.hex(), "b:2 " + TWO.hex());
    Files.write(file, lines);
    KnownServers known = new KnownServers(file);
    assertTrue(known.forget("A:1"));
    assertFalse(known.forget("a:1"));
    assertEquals(List.of(lines.get(0), lines.get(2)), Files.readAllLines(file));
    assertFalse(new KnownServers(folder.resolve("none")).forget("a:1"));
    assertEquals(TWO, known.remember("a:1", TWO));
  }

  @Test
  @DisplayName("is not taken for nothing where it cannot be read")
  void damaged() throws Exception {
    Path file = folder.resolve("known_servers");
    Files.write(file, List.of("a:1 " + ONE.hex().substring(1), "b:2"));
    KnownServers known = new KnownServers(file);
    assertThrows(IOException.class, () -> known.at("a:1"));
    assertThrows(IOException.class, () -> known.at("b:2"));
    assertThrows(IOException.class, () -> known.remember("a:1", TWO));
    assertTrue(known.forget("a:1"));
    assertEquals(TWO, known.remember("a:1", TWO));
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThrows(IOException.class, () -> known.at("a:1"));
    assertThrows(IOException.class, () -> new KnownServers(folder).at("a:1"));
  }

  @Test
  @DisplayName("is whole where several agents remember at once")
  void atOnce() throws Exception {
    Path file = folder.resolve("known_servers");
    ExecutorService agents = Executors.newFixedThreadPool(8);
    List<Future<Digest>> all = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String place = "host:" + (1000 + i % 32);
      all.add(agents.submit(() -> new KnownServers(file).remember(place, ONE)));
    }
    for (Future<Digest> one : all) {
      assertEquals(ONE, one.get());
    }
    agents.shutdown();
    assertEquals(32, Files.readAllLines(file).size());
  }

  @Test
  @DisplayName("is forgotten with the agent that has no file")
  void inMemory() throws Exception {
    KnownServers known = new KnownServers(null);
    assertEquals(ONE, known.remember("a:1", ONE));
    assertEquals(ONE, known.remember("A:1", TWO));
    assertTrue(known.forget("a:1"));
    assertEquals(Optional.empty(), known.at("a:1"));
  }
}
