package org.multiuser.server.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.Value;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.room.StoreException;

/**
 * Appends, keeps images and trims, and prints each number once it is durable, until it is killed.
 * Started again it goes on.
 */
final class AppendForever {
  private static final UUID AUTHOR = new UUID(1, 1);
  private static final int IMAGE_EVERY = 100;

  private AppendForever() {}

  public static void main(String[] args) throws StoreException {
    try (SqliteStore store =
        new SqliteStore(Path.of(args[0]), SqliteStoreTest.CODEC, Durability.FULL)) {
      RoomStore.Stored stored = store.load();
      long last =
          stored.tail().isEmpty()
              ? stored.imageSequence()
              : stored.tail().get(stored.tail().size() - 1).sequence();
      store.save(
          List.of(
              new StoreChange.SaveHeader(
                  new StoreChange.Header(AUTHOR, SessionState.ACTIVE, "", null))));
      for (long i = last + 1; i < last + 1_000_000; i++) {
        store.save(batch(i));
        System.out.println(String.format(Locale.ROOT, "%010d", i));
        System.out.flush();
      }
    }
  }

  /** A node's creation; now and then an image up to here, and old lines trimmed. */
  private static List<StoreChange> batch(long number) {
    UUID id = new UUID(3, number);
    Commit commit =
        new Commit(
            AUTHOR, number, id, 0, 0, List.of(new Operation.Create("Object", Value.Fields.EMPTY)));
    byte[] line =
        LogEntryCodec.encodeCommitted(number, SqliteStoreTest.CODECS.commits().encode(commit));
    List<StoreChange> changes = new ArrayList<>();
    changes.add(new StoreChange.Append(new StoreChange.Entry(number, AUTHOR, number, line)));
    changes.add(
        new StoreChange.PutNode(
            new Node(id, "Object", null, number, 0, Value.Fields.EMPTY, new TreeMap<>())));
    if (number % IMAGE_EVERY == 0) {
      changes.add(new StoreChange.Checkpoint(number));
    }
    changes.add(new StoreChange.Trim(2, 10_000));
    return changes;
  }
}
