package org.multiuser.server.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;

/** What every store must do; each implementation runs it. */
abstract class StoreContract {
  private static final UUID AUTHOR = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final StoreChange.Header HEADER =
      new StoreChange.Header(new UUID(7, 7), SessionState.ACTIVE, "4.3", null);

  /** Opens the one store of this test, again and again. */
  abstract RoomStore open() throws Exception;

  @Test
  @DisplayName("a new store holds nothing")
  void startsEmpty() throws Exception {
    try (RoomStore store = open()) {
      assertNull(store.load().header());
      assertEquals(List.of(), store.read(1, 100));
    }
  }

  @Test
  @DisplayName("[AC1] what was saved is there after opening anew")
  void survives() throws Exception {
    StoreChange.Member member =
        new StoreChange.Member(AUTHOR, "Ann", Role.ADMIN, 0x123456, new byte[] {1, 2});
    try (RoomStore store = open()) {
      store.load();
      store.save(
          List.of(
              new StoreChange.SaveHeader(HEADER),
              new StoreChange.SaveMember(member),
              new StoreChange.Ban(OTHER, "Bob"),
              new StoreChange.KeepRole("Eve", Role.EDITOR),
              new StoreChange.KeepRole("Eve", Role.VIEWER),
              append(1, AUTHOR, 5),
              append(2, null, 0),
              append(3, AUTHOR, 6)));
    }
    try (RoomStore store = open()) {
      RoomStore.Stored stored = store.load();
      assertEquals(HEADER, stored.header());
      assertEquals("Ann", stored.members().get(0).name());
      assertEquals(Role.ADMIN, stored.members().get(0).role());
      assertArrayEquals(new byte[] {1, 2}, stored.members().get(0).secret());
      assertEquals(List.of(new StoreChange.Ban(OTHER, "Bob")), stored.bans());
      assertEquals(Map.of("Eve", Role.VIEWER), stored.roles());
      store.save(List.of(new StoreChange.Unban("Bob")));
      assertEquals(List.of(), store.load().bans());
      assertEquals(Map.of(AUTHOR, 6L), stored.settled());
      assertEquals(0, stored.imageSequence());
      assertEquals(List.of(1L, 2L, 3L), sequences(stored.tail()));
      assertNull(stored.tail().get(1).author());
      assertArrayEquals(bytes(3), stored.tail().get(2).bytes());
    }
  }

  @Test
  @DisplayName("[SU1] reading the log stops at the bytes wanted, after at least one line")
  void readsBounded() throws Exception {
    try (RoomStore store = open()) {
      store.load();
      List<StoreChange> changes = new ArrayList<>(List.of(new StoreChange.SaveHeader(HEADER)));
      for (int i = 1; i <= 10; i++) {
        changes.add(append(i, AUTHOR, i));
      }
      store.save(changes);
      assertEquals(List.of(4L), sequences(store.read(4, 1)));
      assertEquals(List.of(4L, 5L), sequences(store.read(4, 101)));
      assertEquals(List.of(9L, 10L), sequences(store.read(9, 10_000)));
      assertEquals(List.of(), store.read(11, 10_000));
    }
  }

  @Test
  @DisplayName("a checkpoint's nodes and the log behind it make the image")
  void checkpoints() throws Exception {
    Node kept = node(1, 10);
    Node dropped = node(2, 20);
    try (RoomStore store = open()) {
      store.load();
      store.save(
          List.of(
              new StoreChange.SaveHeader(HEADER),
              append(1, AUTHOR, 1),
              append(2, AUTHOR, 2),
              new StoreChange.PutNode(dropped),
              new StoreChange.Checkpoint(1)));
      store.save(
          List.of(
              new StoreChange.DropNode(dropped.id()),
              new StoreChange.PutNode(kept),
              new StoreChange.Checkpoint(2),
              append(3, OTHER, 9)));
    }
    try (RoomStore store = open()) {
      RoomStore.Stored stored = store.load();
      assertEquals(2, stored.imageSequence());
      assertEquals(List.of(kept), stored.nodes());
      assertEquals(List.of(3L), sequences(stored.tail()));
      assertEquals(Map.of(AUTHOR, 2L, OTHER, 9L), stored.settled());
      assertEquals(List.of(1L, 2L, 3L), sequences(store.read(1, 1_000)));
    }
  }

  @Test
  @DisplayName(
      "[DU4, CM3] trimming forgets old lines bit by bit, never behind the last but one image")
  void trims() throws Exception {
    try (RoomStore store = open()) {
      store.load();
      List<StoreChange> changes = new ArrayList<>(List.of(new StoreChange.SaveHeader(HEADER)));
      for (int i = 1; i <= 9; i++) {
        changes.add(append(i, i < 3 ? OTHER : AUTHOR, i));
        if (i % 4 == 0) {
          changes.add(new StoreChange.Checkpoint(i));
        }
      }
      changes.add(new StoreChange.Trim(2, 10_000));
      store.save(changes);
      assertEquals(List.of(), store.read(1, 10_000), "gone: a snapshot does instead (SU1)");
      assertEquals(List.of(), store.read(2, 10_000));
      assertEquals(List.of(3L, 4L), sequences(store.read(3, 101)));
      store.save(List.of(new StoreChange.Trim(10, 1)));
      assertEquals(List.of(4L, 5L), sequences(store.read(4, 101)));
      store.save(List.of(new StoreChange.Trim(100, 10_000)));
      assertEquals(List.of(), store.read(4, 10_000));
      assertEquals(List.of(5L, 6L, 7L, 8L, 9L), sequences(store.read(5, 10_000)));
    }
    try (RoomStore store = open()) {
      RoomStore.Stored stored = store.load();
      assertEquals(8, stored.imageSequence());
      assertEquals(List.of(9L), sequences(stored.tail()));
      assertEquals(Map.of(AUTHOR, 9L, OTHER, 2L), stored.settled());
    }
  }

  @Test
  @DisplayName("[SE3, CM3] a restart empties log and image and keeps the settled counters")
  void restarts() throws Exception {
    try (RoomStore store = open()) {
      store.load();
      store.save(
          List.of(
              new StoreChange.SaveHeader(HEADER),
              append(1, AUTHOR, 4),
              new StoreChange.PutNode(node(1, 3)),
              new StoreChange.Checkpoint(1)));
      store.save(List.of(append(2, AUTHOR, 5), new StoreChange.Restart(), append(1, OTHER, 1)));
    }
    try (RoomStore store = open()) {
      RoomStore.Stored stored = store.load();
      assertEquals(0, stored.imageSequence());
      assertEquals(List.of(), stored.nodes());
      assertEquals(List.of(1L), sequences(stored.tail()));
      assertEquals(Map.of(AUTHOR, 5L, OTHER, 1L), stored.settled());
    }
  }

  @Test
  @DisplayName("[ID2] what proves an identity is kept, the last of it")
  void identities() throws Exception {
    try (RoomStore store = open()) {
      store.load();
      store.save(
          List.of(
              new StoreChange.SaveHeader(HEADER),
              new StoreChange.KeepIdentity(AUTHOR, new byte[] {1}),
              new StoreChange.KeepIdentity(OTHER, new byte[] {2}),
              new StoreChange.KeepIdentity(AUTHOR, new byte[] {3}),
              new StoreChange.Restart()));
    }
    try (RoomStore store = open()) {
      Map<UUID, byte[]> identities = store.load().identities();
      assertEquals(2, identities.size());
      assertArrayEquals(new byte[] {3}, identities.get(AUTHOR));
    }
  }

  @Test
  @DisplayName("[SE7] a member that left is forgotten; one that changed is there once")
  void members() throws Exception {
    try (RoomStore store = open()) {
      store.load();
      store.save(
          List.of(
              new StoreChange.SaveHeader(HEADER),
              new StoreChange.SaveMember(member(AUTHOR, "a")),
              new StoreChange.SaveMember(member(OTHER, "b")),
              new StoreChange.SaveMember(member(OTHER, "c")),
              new StoreChange.ForgetMember(AUTHOR)));
      List<StoreChange.Member> members = store.load().members();
      assertEquals(1, members.size());
      assertEquals("c", members.get(0).name());
    }
  }

  private static StoreChange.Member member(UUID id, String name) {
    return new StoreChange.Member(id, name, Role.EDITOR, 0, new byte[0]);
  }

  private static Node node(long id, int rows) {
    Buffer buffer = new Buffer(DataType.UINT8, rows, 1, new byte[rows]);
    return new Node(
        new UUID(3, id),
        "Mesh",
        null,
        1,
        2,
        Value.Fields.EMPTY,
        new TreeMap<>(Map.of("b", buffer)));
  }

  private static StoreChange append(long sequence, UUID author, long counter) {
    return new StoreChange.Append(
        new StoreChange.Entry(sequence, author, counter, bytes(sequence)));
  }

  private static byte[] bytes(long sequence) {
    byte[] bytes = new byte[100];
    bytes[0] = (byte) sequence;
    return bytes;
  }

  private static List<Long> sequences(List<StoreChange.Entry> entries) {
    return entries.stream().map(StoreChange.Entry::sequence).toList();
  }
}
