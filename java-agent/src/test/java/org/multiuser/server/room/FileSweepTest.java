package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** Which of its files a session says it needs, and when. */
class FileSweepTest {
  private static final Digest FILE = Digest.ofContent(new byte[] {1});
  private static final Digest OTHER = Digest.ofContent(new byte[] {2});

  private final HallBench bench = new HallBench();

  private static Operation names(Digest file) {
    Map<String, Value> image = Map.of("content", new Value.FileRef(file));
    return new Operation.Set(Path.of("image"), new Value.Fields(new TreeMap<>(image)));
  }

  private static void passTo(HallBench bench, Client... alive) {
    for (int minute = 0; minute < 20; minute++) {
      bench.pass(30_000);
      for (Client client : alive) {
        client.beat();
      }
    }
  }

  private Effect.CollectFiles last() {
    return bench.collections.get(bench.collections.size() - 1);
  }

  @Test
  @DisplayName("[FT8] every ten minutes: what nodes name as they are now")
  void named() {
    Client host = bench.host();
    UUID node = host.create();
    host.push(node, names(FILE));
    assertEquals(List.of(), bench.collections, "it is new");
    passTo(bench, host);
    assertEquals(1, bench.collections.size());
    assertEquals(Set.of(FILE), last().needed());
    host.push(node, names(OTHER));
    passTo(bench, host);
    assertEquals(Set.of(OTHER), last().needed());
    host.push(node, new Operation.Delete());
    passTo(bench, host);
    assertEquals(Set.of(), last().needed());
    assertEquals(3, bench.collections.size());
  }

  @Test
  @DisplayName("[FT8] once when a session was loaded, as soon as time passes")
  void loaded() {
    Client host = bench.host();
    host.push(host.create(), names(FILE));
    HallBench again = new HallBench(new Random(5), "", bench.stores);
    again.pass(100);
    assertEquals(1, again.collections.size());
    assertEquals(Set.of(FILE), again.collections.get(0).needed());
  }

  @Test
  @DisplayName("[FT8] what is on its way in and what somebody waits for is needed as well")
  void onItsWay() {
    Client host = bench.host();
    host.subscribe(0, 1 << 20);
    Manifest file = ManifestCodec.of(List.of(new Manifest.Chunk(OTHER, 70_000)));
    host.say(Channel.PUBLISHER, new Message.FileOffer(file.file(), file.size()));
    host.say(Channel.SUBSCRIBER, new Message.FileAsk(FILE));
    bench.step(new Event.FileFound("main", file.file(), file, new TreeMap<>(), false));
    passTo(bench, host);
    assertEquals(Set.of(FILE, file.file()), last().needed());
    assertEquals(List.of(file), last().arriving(), "its chunks are named by no kept manifest");
  }

  @Test
  @DisplayName("[FT8] while a session is being filled nobody knows what it needs")
  void filling() {
    Client host = bench.client("host").join("admin");
    host.say(Channel.COMMANDS, new Message.Initialise(1, false));
    passTo(bench, host);
    assertTrue(bench.collections.isEmpty());
  }
}
