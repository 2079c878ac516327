package org.multiuser.server.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.room.StoreException;

/** Appends and prints each number once it is durable, until it is killed. */
final class AppendForever {
  private AppendForever() {}

  public static void main(String[] args) throws StoreException {
    UUID author = new UUID(1, 1);
    try (SqliteStore store =
        new SqliteStore(Path.of(args[0]), SqliteStoreTest.CODEC, Durability.FULL)) {
      store.load();
      store.save(
          List.of(
              new StoreChange.SaveHeader(
                  new StoreChange.Header(author, SessionState.ACTIVE, "", null))));
      for (long i = 1; i < 1_000_000; i++) {
        store.save(
            List.of(new StoreChange.Append(new StoreChange.Entry(i, author, i, new byte[200]))));
        System.out.println(i);
        System.out.flush();
      }
    }
  }
}
