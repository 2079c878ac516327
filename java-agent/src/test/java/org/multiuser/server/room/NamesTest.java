package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.HallBench.Client;

/** The server keeps names apart. */
class NamesTest {
  private static final UUID ONE = new UUID(1, 1);
  private static final UUID TWO = new UUID(1, 2);
  private static final UUID THREE = new UUID(1, 3);

  private final HallBench bench = new HallBench();
  private final Client ann = bench.host();
  private final Client bob = bench.client("bob").join("");

  @Test
  @DisplayName("[NA2] who takes a name that another has is renamed; the first keeps it")
  void created() {
    ann.push(ONE, create("Mesh", "Twin"));
    bob.push(TWO, create("Mesh", "Twin"));
    bob.push(THREE, create("Object", "Twin"));
    assertEquals("Twin", name(ONE));
    assertEquals("Twin.001", name(TWO));
    assertEquals("Twin", name(THREE));
    assertEquals(List.of(1L, 2L), bob.accepted());
    assertNull(bob.refused());
  }

  @Test
  @DisplayName(
      "[NA2] the same for one that is renamed, however many there are, and once it is free")
  void renamed() {
    ann.push(ONE, create("Mesh", "Twin"));
    ann.push(TWO, create("Mesh", "Ball"));
    ann.push(THREE, create("Mesh", "Cube"));
    bob.push(TWO, Names.rename("Twin"));
    bob.push(THREE, Names.rename("Twin"));
    assertEquals(
        List.of("Twin", "Twin.001", "Twin.002"), List.of(name(ONE), name(TWO), name(THREE)));
    ann.push(ONE, new Operation.Delete());
    bob.push(THREE, Names.rename("Twin"));
    assertEquals("Twin", name(THREE));
  }

  @Test
  @DisplayName("[NA2] the server renames what others hold, and its holder goes on holding it")
  void held() {
    ann.push(ONE, create("Mesh", "Twin"));
    bob.push(TWO, create("Mesh", "Ball"));
    bob.say(Channel.COMMANDS, new Message.ChangeOwner(1, OwnerAction.TAKE, List.of(TWO), null));
    bob.push(TWO, Names.rename("Twin"));
    assertEquals("Twin.001", name(TWO));
    assertEquals(bob.id, image().node(TWO).orElseThrow().owner());
  }

  @Test
  @DisplayName("[NA2] a server that was started anew knows the names as before")
  void restarted() {
    ann.push(ONE, create("Mesh", "Twin"));
    bob.push(TWO, create("Mesh", "Twin"));
    HallBench again = new HallBench(new Random(6), "", bench.stores);
    Client back = again.client("ann");
    back.join("");
    back.push(THREE, create("Mesh", "Twin"));
    assertEquals("Twin.002", name(THREE));
    assertEquals(5, image().sequence());
  }

  @Test
  @DisplayName("[NA2] nobody can log in as the server")
  void identity() {
    Client thief = bench.new Client("thief", new UUID(0, 0));
    thief.enter("main", "", "", "", false);
    assertEquals(ErrorCode.NAME_TAKEN, thief.failed().code());
  }

  private static Operation create(String type, String name) {
    Value.Fields tree = new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text(name))));
    return new Operation.Create(type, tree);
  }

  private String name(UUID node) {
    return Names.of(image().node(node).orElseThrow()).orElseThrow();
  }

  private Image image() {
    Image image = new Image();
    for (StoreChange.Entry line : bench.stores.get(Hall.MAIN).read(1, Long.MAX_VALUE)) {
      LogEntry entry = HallBench.CODECS.entries().decode(line.bytes());
      image.apply(entry);
    }
    return image;
  }
}
